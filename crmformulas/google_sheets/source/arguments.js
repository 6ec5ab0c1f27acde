// ------------------------------------------------------- calls of a sheet

/** Answer a call of a sheet: what a cell or a spilled range shows, or an error with the reason. */
function call(name, given) {
  const entry = CATALOG[name];
  try {
    const most = entry.takes.length;
    if (given.length > most) {
      throw notEnough(name.toUpperCase() + ' takes at most ' + most + ' arguments, got ' +
        given.length);
    }
    const cells = entry.takes.map((argument, i) => cellsOf(argument, given[i]));
    if (TABLES[name]) {
      const language = cells.pop();
      passErrors([language]);
      return headed(entry, TABLES[name](...cells, language), [...cells, language]);
    }
    if (entry.elementwise) return cells.some(isRange) ? spread(name, cells) : one(name, cells);
    const rows = withoutBlankRows(entry, cells);
    try {
      const values = checked(name, rows.cells);
      const answer = headed(entry, spilled(name, RANGES[name](...values)), cells);
      return entry.rowByRow ? restored(rows, answer) : answer;
    } catch (refusal) {
      throw refusal instanceof Refusal ? placedIn(rows, refusal) : refusal;
    }
  } catch (refusal) {
    if (refusal instanceof Refusal) throw new Error(refusal.text);
    throw refusal;
  }
}

// ------------------------------------------------------- the words above columns

/** A table with its headers in words, in the language that is asked for. */
function headed(entry, table, cells) {
  if (!entry.headed) return table;
  const language = languageOf(cells[entry.takes.findIndex(({ name }) => name === 'language')]);
  const word = (name) => (HEADERS[name] ? HEADERS[name][language] : name);
  return [table[0].map(word), ...table.slice(1)];
}

/** The place of a language among those there are; English unless one is asked for. */
function languageOf(given) {
  passErrors([given]);
  if (isRange(given)) throw wrong('language must be one text, got a range of ' + given.flat().length);
  const asked = (given === null || isNothing(given) ? '' : label(given)) || LANGS[0];
  const place = LANGS.indexOf(asked.toLowerCase());
  if (place < 0) throw wrong('language must be ' + LANGS.join(' or ') + ', got ' + quoted(asked));
  return place;
}

// ------------------------------------------------------- blank rows, so that whole columns can be given

/** The arguments without rows that are blank in all columns that are read row by row together. */
function withoutBlankRows(entry, cells) {
  const found = { cells: cells.slice(), places: null, rows: 0 };
  const names = entry.takes.map((argument) => argument.name);
  const aligned = (entry.aligned || []).map((name) => names.indexOf(name));
  const alone = entry.takes.map((_, i) => i)
    .filter((i) => entry.takes[i].shape !== 'number' && !aligned.includes(i)).map((i) => [i]);
  [...(aligned.length ? [aligned] : []), ...alone].forEach((group) => {
    const ranges = group.map((i) => rowsOf(entry.takes[i], cells[i]));
    if (ranges.some((rows) => rows === null || rows.length !== ranges[0].length)) return;
    const filled = ranges[0].map((_, k) =>
      ranges.some((rows) => rows[k].some((cell) => !isNothing(cell))));
    if (filled.every((full) => full) || !filled.some((full) => full)) return;
    const skips = (entry.skips || []).includes(names[group[0]]);
    const last = filled.lastIndexOf(true);
    const kept = upTo(filled.length).filter((k) => (skips ? filled[k] : k <= last));
    group.forEach((i, n) => { found.cells[i] = kept.map((k) => ranges[n][k]); });
    if (skips) Object.assign(found, { places: kept, rows: filled.length });
  });
  return found;
}

/** A range as rows, one for each cell of a column; null where it is none. */
function rowsOf(argument, given) {
  if (!isRange(given)) return null;
  return argument.shape === 'column' ? given.flat().map((cell) => [cell]) : given;
}

/** An answer beside the rows that it belongs to; beside a blank row stand blanks. */
function restored({ places, rows }, answer) {
  if (places === null) return answer;
  const all = upTo(rows).map(() => answer[0].map(() => ''));
  places.forEach((place, k) => { all[place] = answer[k]; });
  return all;
}

/** The refusal with the places that rows have in the sheet. */
function placedIn({ places }, refusal) {
  if (places === null || ERRORS.includes(refusal.text)) return refusal;
  const told = refusal.text.replace(/ at (\d+)(?!\w)/g, (all, number) => (
    number >= 1 && number <= places.length ? ' at ' + (places[number - 1] + 1) : all));
  return Object.assign(new Refusal(''), { text: told });
}

/** A missing argument is null, and one cell is its value where one value is wanted. */
function cellsOf(argument, given) {
  if (given === undefined) return null;
  const alone = isRange(given) && given.length === 1 && given[0].length === 1;
  return alone && argument.shape === 'number' ? given[0][0] : given;
}

function passErrors(values) {
  for (const value of values) {
    if (isRange(value)) passErrors(value);
    else if (isError(value)) throw new Refusal(isText(value) ? value : thrownText(value));
  }
}

// ------------------------------------------------------- calls on numbers, and on each element of ranges

/** One answer from single values: errors, text, domain and division come in this order. */
function one(name, cells) {
  const entry = CATALOG[name];
  passErrors(cells);
  const values = entry.takes.map((argument, i) => {
    const value = cells[i] === null && argument.optional ? argument.otherwise : cells[i];
    return value === null && argument.optional ? null : numberOf(argument, value);
  });
  entry.takes.forEach((argument, i) => {
    if (values[i] !== null && !accepts(argument.kind, values[i])) {
      throw refused(argument, values[i]);
    }
  });
  (entry.ties || []).forEach((tie) => keep(entry, tie, values));
  let result;
  try {
    result = NUMBERS[name](...values);
  } catch (error) {
    if (error !== DIVISION) throw error;
    throw undefinedFor('division by zero in ' + callText(name, values));
  }
  if (!Number.isFinite(result)) throw outside(callText(name, values) + ' is too large for a number');
  return result;
}

function callText(name, values) {
  const given = CATALOG[name].takes.map((argument, i) => argument.name + '=' + shown(values[i]));
  return name + '(' + given.filter((_, i) => values[i] !== null).join(', ') + ')';
}

const DIVISION = {};

/** A quotient. Where a divisor is zero, there is no answer. */
function over(part, whole) {
  if (whole === 0) throw DIVISION;
  return part / whole;
}

function numberOf(argument, value) {
  if (isNumber(value)) return value;
  const got = isNothing(value) ? 'nothing' : quoted(value);
  throw wrong(argument.name + ' must be a number, got ' + got);
}

function accepts({ low = -Number.MAX_VALUE, high = Number.MAX_VALUE, above, whole }, value) {
  if (whole && value !== Math.trunc(value)) return false;
  return (above ? low < value : low <= value) && value <= high;
}

function refused(argument, value, where) {
  const place = where === undefined ? '' : ' at ' + (where + 1);
  const { name, kind } = argument;
  return outside(name + ' must be ' + kind.bounds + ', got ' + shown(value) + place);
}

/** Refuse arguments whose sum is not within what ties them together. */
function keep(entry, { parts, low = -Number.MAX_VALUE, high }, values) {
  const valueOf = (name) => values[entry.takes.findIndex((argument) => argument.name === name)];
  const sum = total(parts.map(valueOf));
  const subject = parts.join(' + ');
  const most = isText(high) ? valueOf(high) : high;
  if (!(sum <= most)) {
    const limit = isText(high) ? high + ' (' + shown(most) + ')' : shown(most);
    throw outside(subject + ' must be at most ' + limit + ', got ' + shown(sum));
  }
  if (!(sum >= low)) {
    throw outside(subject + ' must be at least ' + general(low, 6) + ', got ' + shown(sum));
  }
}

/**
 * A call on ranges is a call for each element. One that is blank in every range is blank; one
 * without an answer is NaN, which a sheet shows as an error value: a text would be left out of sums.
 */
function spread(name, cells) {
  const ranges = cells.map((cell) => (cell === null || isRange(cell) ? cell : [[cell]]));
  const given = ranges.filter((range) => range !== null);
  const rows = common(given.map((range) => range.length));
  const columns = common(given.map((range) => range[0].length));
  if (!rows || !columns) {
    const sizes = given.map((range) => range.length + '×' + range[0].length).join(', ');
    throw wrong('ranges of sizes ' + sizes + " can't be combined");
  }
  const at = (range, i, j) => {
    const row = range[range.length === 1 ? 0 : i];
    return row[row.length === 1 ? 0 : j];
  };
  const wide = upTo(ranges.length).filter((k) => isRange(cells[k]) && cells[k].flat().length > 1);
  return upTo(rows).map((i) => upTo(columns).map((j) => {
    const element = ranges.map((range) => (range === null ? null : at(range, i, j)));
    if (wide.length && wide.every((k) => isNothing(element[k]))) return '';
    try {
      return one(name, element);
    } catch (refusal) {
      if (refusal instanceof Refusal) return NaN;
      throw refusal;
    }
  }));
}

/** The size that sizes have in common, where 1 fits any; 0 if there is none. */
function common(sizes) {
  const size = sizes.find((n) => n !== 1) || 1;
  return sizes.every((n) => n === 1 || n === size) ? size : 0;
}

// ------------------------------------------------------- calls on whole ranges

/** The arguments converted. Text in a later argument comes before a number outside its bounds. */
function checked(name, cells) {
  const entry = CATALOG[name];
  passErrors(cells);
  keepZone(entry.takes.map((argument, i) => (argument.kind.content === 'day' ? cells[i] : null)));
  let first = null;
  const values = entry.takes.map((argument, i) => {
    const given = cells[i] === null && argument.optional ? argument.otherwise : cells[i];
    if (given === null && argument.optional) return null;
    try {
      return converted(argument, given);
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || !refusal.text.startsWith('#NUM!')) throw refusal;
      first = first || refusal;
      return unbounded(argument, given);
    }
  });
  const aligned = entry.aligned || [];
  const columns = aligned.map((name) => entry.takes.findIndex((a) => a.name === name));
  columns.forEach((i) => {
    const [rows, expected] = [values[i].length, values[columns[0]].length];
    if (rows !== expected) {
      throw wrong(entry.takes[i].name + ' must have as many rows as ' + aligned[0] + ' (' +
        expected + '), got ' + rows);
    }
  });
  if (SIZES[name]) SIZES[name](...values);
  if (first) throw first;
  return values;
}

/** A number, column or table whatever its bounds, to see how many numbers there are. */
function unbounded(argument, given) {
  const content = argument.kind.content === 'number' ? 'number' : 'text';
  return converted({ ...argument, kind: { content } }, given);
}

/** An argument; where the first of several cells is a text, what to do about it is told, too. */
function converted(argument, given) {
  try {
    return plainly(argument, given);
  } catch (refusal) {
    const cells = isRange(given) ? given.flat() : [];
    const counts = argument.shape !== 'number' && ['number', 'day'].includes(argument.kind.content);
    if (!(refusal instanceof Refusal) || !counts || cells.length < 2 || !isText(cells[0]) ||
      isNothing(cells[0])) throw refusal;
    const got = 'got ' + quoted(cells[0]);
    if (![got, got + ' at 1'].some((end) => refusal.text.endsWith(end))) throw refusal;
    throw wrong(refusal.text.slice(refusal.text.indexOf(' ') + 1) + HEADER);
  }
}

/** One value, a column as a list, or a table as rows, each element looked at. */
function plainly(argument, given) {
  const { name, kind, shape } = argument;
  const single = shape === 'number';
  if (single && isRange(given)) {
    throw wrong(name + ' must be one ' + kind.content + ', got a range of ' + given.flat().length);
  }
  const flat = isRange(given) ? given.flat() : [given];
  if (kind.content === 'day') {
    const days = flat.map((cell, i) => isoDay(name, cell, i));
    return single ? days[0] : days;
  }
  if (kind.content === 'id') {
    const where = flat.findIndex(isNothing);
    if (where >= 0) throw wrong(name + ' must be given, got nothing at ' + (where + 1));
    return flat;
  }
  if (kind.content === 'text') {
    const labels = flat.map((cell) => (isNothing(cell) ? null : label(cell)));
    return single ? labels[0] : labels;
  }
  if (single) {
    const value = numberOf(argument, given);
    if (!accepts(kind, value)) throw refused(argument, value);
    return value;
  }
  flat.forEach((cell) => isNothing(cell) || numberOf(argument, cell));
  if (shape === 'table' && given === null) {
    throw wrong(name + ' must be a table of rows and columns');
  }
  flat.forEach((cell, i) => {
    if (isNothing(cell)) throw wrong(name + ' must be numbers, got nothing at ' + (i + 1));
    if (!accepts(kind, cell)) throw refused(argument, cell, i);
  });
  if (shape === 'table') return isRange(given) ? given : [[given]];
  return flat;
}

/** A label as text. */
function label(value) {
  if (isText(value)) return stripped(value);
  if (isNumber(value)) return Number.isInteger(value) ? wholeText(value) : floatText(value);
  return isDate(value) ? dayText(dayOfDate(value)) : quoted(value);
}

/** The answer of a range formula as rows; an element that is undefined is NaN. */
function spilled(name, result) {
  if (!isRange(result)) {
    if (isNumber(result) && !Number.isFinite(result)) {
      throw outside('the result of ' + name + ' is too large for a number');
    }
    return result;
  }
  return result.map((row) => (isRange(row) ? row : [row]).map((cell) =>
    (isNumber(cell) && !Number.isFinite(cell) ? NaN : cell)));
}
