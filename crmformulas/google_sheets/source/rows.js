// ------------------------------------------------------- order rows from the cells of three ranges

const isBlank = (cell) => cell === null || (isText(cell) && !/[^ \t\n\r\v\f]/.test(cell));

/** A text without the blanks around it. */
const bare = (text) => text.replace(/^[ \t\n\r\v\f]+/, '').replace(/[ \t\n\r\v\f]+$/, '');

/** Read three ranges of equally many rows, and a day; rows that are blank in all are skipped. */
function readRows(customers, dates, amounts, asOf) {
  const columns = { customers, dates, amounts };
  const names = Object.keys(columns);
  const listed = (given) => (isRange(given) ? given.flat() : [given]);
  names.forEach((name) => { columns[name] = listed(columns[name]); });
  const end = listed(asOf);
  passErrors([...names.map((name) => columns[name]), end]);
  const expected = columns.customers.length;
  names.forEach((name) => {
    if (columns[name].length !== expected) {
      throw wrong(name + ' must have as many rows as customers (' + expected + '), got ' +
        columns[name].length);
    }
  });
  if (end.length !== 1) throw wrong('as_of must be one day, got a range of ' + end.length);
  const places = upTo(expected).filter((i) => names.some((name) => !isBlank(columns[name][i])));
  if (!places.length) throw notEnough('every row is blank');
  names.forEach((name) => {
    const where = places.find((i) => isBlank(columns[name][i]));
    const wanted = { customers: 'given', dates: 'dates', amounts: 'numbers' }[name];
    if (where !== undefined) throw wrong(name + ' must be ' + wanted + ', got nothing' + at(where));
  });
  keepZone([columns.dates, end]);
  const [buyers, when, worth] = names.map((name) => places.map((i) => columns[name][i]));
  const dayReading = readingOf('dates', when);
  const days = remembered(when, (cell, i) => cellDay('dates', cell, at(places[i]), dayReading));
  const amountReading = readingOf('amounts', worth);
  const units = remembered(worth, (cell, i) => cellAmount(cell, at(places[i]), amountReading));
  return {
    cells: buyers,
    ids: remembered(buyers, idText),
    days,
    units,
    asOf: asOf === null ? null : lastDay(end[0], dayReading),
  };
}

/** What to do about a text in the first row, which may be that of headers. */
const header = (cell, place) => (place === at(0) && isText(cell) ? HEADER : '');

const at = (place) => ' at ' + (place + 1);

/** Each cell read once, as texts and numbers recur; dates are objects, each its own. */
function remembered(cells, read) {
  const known = new Map();
  return cells.map((cell, i) => {
    if (!known.has(cell)) known.set(cell, read(cell, i));
    return known.get(cell);
  });
}

function idText(cell) {
  if (isText(cell)) return bare(cell);
  if (isNumber(cell)) return Number.isInteger(cell) ? wholeText(cell) : floatText(cell);
  return isDate(cell) ? dayText(dayOfDate(cell)) : String(cell).toUpperCase();
}

function cellDay(name, cell, place, reading) {
  let day = null;
  if (isDate(cell)) day = dayOfDate(cell);
  else if (isText(cell)) day = readDay(cell, reading);
  else if (isNumber(cell)) day = numberDay(name, cell, place);
  if (day === null) {
    throw wrong(name + ' must be dates, got ' + quoted(cell) + place + header(cell, place));
  }
  return day;
}

/** The day of a serial number, or of a number such as 20261031. */
function numberDay(name, number, place) {
  const day = dayOfSerial(number);
  if (day !== null) return day;
  const written = readDay(wholeText(Math.trunc(number)), 'either');
  if (written === null || !Number.isInteger(number)) throw noSerial(name, shown(number), place);
  return written;
}

function lastDay(cell, reading) {
  if (isBlank(cell)) throw wrong('as_of must be a date, got nothing');
  if (isText(cell) && readDay(cell, reading) === null) {
    if (readDay(cell, 'first') !== null || readDay(cell, 'second') !== null) {
      throw wrong('as_of must be a date that reads one way, got ' + inQuotes(cell) + '; ' +
        REMEDIES.dates);
    }
    throw wrong('as_of must be a date, got ' + quoted(cell));
  }
  const day = cellDay('as_of', cell, '', reading);
  if (day > LAST_AS_OF) throw outside('as_of must be a day before the year 9999');
  return day;
}

/** Ten-thousandths, halves away from zero. */
function cellAmount(cell, place, reading) {
  let units = null;
  if (isText(cell)) units = readAmount(cell, reading);
  else if (isNumber(cell)) {
    if (!(Math.abs(cell) < LARGEST_AMOUNT)) {
      throw outside('amounts must be below ' + general(LARGEST_AMOUNT, 6) + ', got ' +
        general(cell, 6) + place);
    }
    const scaled = cell * UNITS;
    // Near a half the decimals as written decide, which only their digits tell.
    const sure = Math.abs(scaled) < 1e12 && Math.abs(scaled - Math.floor(scaled) - 0.5) > 0.001;
    units = sure ? Math.round(scaled) : tenThousandths(floatText(cell));
  }
  if (units === null) {
    throw wrong('amounts must be numbers, got ' + quoted(cell) + place + header(cell, place));
  }
  return units;
}
