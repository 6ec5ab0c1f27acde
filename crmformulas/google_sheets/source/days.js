// ------------------------------------------------------- calendar days, as numbers from 1970-01-01

/** The day with this date, in a calendar that goes on in both directions. */
function dayOf(year, month, day) {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const inEra = y - era * 400;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(inEra / 4) - Math.floor(inEra / 100);
  return era * 146097 + inEra * 365 + leapDays + inYear - 719468;
}

function dateOf(number) {
  const shifted = number + 719468;
  const era = Math.floor(shifted / 146097);
  const inEra = shifted - era * 146097;
  const y = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36524) -
    Math.floor(inEra / 146096)) / 365);
  const inYear = inEra - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
  const m = Math.floor((5 * inYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  const year = y + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: inYear - Math.floor((153 * m + 2) / 5) + 1 };
}

const daysIn = (year, month) =>
  (month === 12 ? 31 : dayOf(year, month + 1, 1) - dayOf(year, month, 1));

/** The day of a date, or null if there is no such date. */
function dayOrNull(year, month, day) {
  const known = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1;
  return known && day <= daysIn(year, month) ? dayOf(year, month, day) : null;
}

/** The same day of the month some months later, clipped to the end of that month. */
function addMonths(number, months) {
  const { year, month, day } = dateOf(number);
  const index = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(index / 12), (index - Math.floor(index / 12) * 12) + 1];
  return dayOf(y, m, Math.min(day, daysIn(y, m)));
}

function dayText(number) {
  const { year, month, day } = dateOf(number);
  const two = (part) => String(part).padStart(2, '0');
  return String(year).padStart(4, '0') + '-' + two(month) + '-' + two(day);
}

/** The day that a date cell shows, if the script is in the time zone of the sheet. */
const dayOfDate = (date) => dayOf(date.getFullYear(), date.getMonth() + 1, date.getDate());

/**
 * Refuse dates that are midnights of another time zone than the script's. Only a permission would
 * tell the zone of the sheet; but its midnights are the same hour here, or two or three of them
 * next to each other as summer time comes and goes. A date at 18:00 may be the day after or, from
 * farther away, the same one: nothing is guessed.
 */
function keepZone(cells) {
  const hours = new Set();
  for (const cell of cells.flat(2)) {
    if (isDate(cell)) hours.add(hourOf(cell));
    if (hours.size > 3) return;
  }
  const sorted = Array.from(hours).sort((a, b) => a - b);
  const others = sorted.filter((hour) => hour > 0);
  // Within two hours, midnight or not, where the others of the day are free.
  const nearby = sorted.some((hour, i) => {
    const before = i ? sorted[i - 1] : sorted[sorted.length - 1] - 24;
    return hour - before >= 22;
  });
  if (!others.length || !nearby || others.some((hour) => hour % 0.25)) return;
  const clocks = others.map((hour) =>
    Math.floor(hour) + ':' + String(hour % 1 * 60).padStart(2, '0'));
  throw wrong('dates are at ' + clocks.join(' and ') + ' by the clock of the script, as days of ' +
    'another time zone are: set Project Settings > Time zone to that of the spreadsheet, or wrap ' +
    'the dates in ARRAYFORMULA(TO_PURE_NUMBER(...))');
}

/** The hour of a date, with its fraction. Where summer time begins at midnight, a day does at 1. */
function hourOf(date) {
  const start = new Date(date.getTime());
  start.setHours(0, 0, 0, 0);
  if (start.getTime() === date.getTime()) return 0;
  const seconds = date.getSeconds() + date.getMilliseconds() / 1000;
  return date.getHours() + date.getMinutes() / 60 + seconds / 3600;
}

/** The day of a serial number of the 1900 date system, which has a 29 February 1900, or null. */
function dayOfSerial(serial) {
  const whole = Math.trunc(serial);
  if (!(serial >= 1 && serial < LAST_SERIAL + 1) || whole === SERIAL_OF_NO_DAY) return null;
  return whole - SERIAL_OF_EPOCH + (whole < SERIAL_OF_NO_DAY ? 1 : 0);
}

const noSerial = (name, got, at) => outside(name + ' must be days from 1900-01-01 to 9999-12-31 ' +
  '(serial numbers 1 to ' + LAST_SERIAL + '), got ' + got + at);

const DATE = /^(\d{4})(?:(-?)(\d\d)\2(\d\d)|(-?)W(\d\d)(?:\5([1-7]))?)/;
const TIME = new RegExp(
  '^(?:\\d\\d|\\d\\d:\\d\\d|\\d{4}|(?:\\d\\d:\\d\\d:\\d\\d|\\d{6})(?:[.,]\\d+)?)' +
  '(?:Z|[-+](?:\\d\\d|\\d\\d:\\d\\d|\\d{4}|(?:\\d\\d:\\d\\d:\\d\\d|\\d{6})(?:[.,]\\d+)?))?$');

/** The day of an ISO 8601 text such as 2026-10-31, 20261031 or 2026-W44-6, or null. */
function isoTextDay(text) {
  const found = DATE.exec(text);
  if (!found) return null;
  const rest = text.slice(found[0].length);
  if (rest && !TIME.test(Array.from(rest).slice(1).join(''))) return null;
  if (rest && !clockExists(Array.from(rest).slice(1).join(''))) return null;
  const [, year, , month, day, , week, weekday] = found;
  if (month) return dayOrNull(Number(year), Number(month), Number(day));
  const fourth = dayOf(Number(year), 1, 4);
  // Weeks begin on Monday; day 0 was a Thursday.
  const first = fourth - (((fourth + 3) % 7) + 7) % 7;
  const next = dayOf(Number(year) + 1, 1, 4);
  const weeks = (next - (((next + 3) % 7) + 7) % 7 - first) / 7;
  if (Number(week) < 1 || Number(week) > weeks) return null;
  const number = first + (Number(week) - 1) * 7 + Number(weekday || 1) - 1;
  return number >= FIRST_DAY && number <= LAST_DAY ? number : null;
}

/** Whether hours, minutes and seconds are those of a clock. */
function clockExists(time) {
  const clock = time.split(/[-+Z]/)[0].replace(/[.,].*$/, '').replace(/:/g, '');
  const parts = clock.match(/\d\d/g).map(Number);
  return parts[0] < 24 && parts.slice(1).every((part) => part < 60);
}

/** The day in a cell of a formula over ranges: a date, ISO 8601 text or a serial number. */
function isoDay(name, cell, where) {
  const at = ' at ' + (where + 1);
  if (isNumber(cell)) {
    const day = dayOfSerial(cell);
    if (day === null) throw noSerial(name, general(cell, 6), at);
    return day;
  }
  const day = isDate(cell) ? dayOfDate(cell) : isText(cell) ? isoTextDay(stripped(cell)) : null;
  if (day === null) {
    throw wrong(name + ' must be dates, got ' + (isNothing(cell) ? 'nothing' : quoted(cell)) + at);
  }
  return day;
}
