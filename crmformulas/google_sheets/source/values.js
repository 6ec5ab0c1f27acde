// ------------------------------------------------------- values, and how errors write them

/** What a formula refuses: the spreadsheet's error value and the reason. */
class Refusal {
  constructor(code, reason) {
    this.text = reason ? code + ' ' + reason : code;
  }
}

const wrong = (reason) => new Refusal('#VALUE!', reason);
const outside = (reason) => new Refusal('#NUM!', reason);
const undefinedFor = (reason) => new Refusal('#DIV/0!', reason);
const notEnough = (reason) => new Refusal('#N/A', reason);

const isRange = (value) => Array.isArray(value);
const isText = (value) => typeof value === 'string';
const isNumber = (value) => typeof value === 'number';

// Not instanceof: a date from another context is a date too.
const classOf = (value) => Object.prototype.toString.call(value);
const isDate = (value) => classOf(value) === '[object Date]';

const isNothing = (value) => value === null || value === '';

/** An error value, or one with its reason as these functions write it. */
const isErrorText = (text) => text[0] === '#' && ERRORS.includes(text.split(' ', 1)[0]);

/** The cell of an error: its text, or an object. */
const isError = (value) =>
  (isText(value) ? isErrorText(value) : classOf(value) === '[object Error]');

/** What an error object says, if that is an error value. */
const thrownText = ({ message }) => (isErrorText(message) ? message : THROWN);

/** The text without the white space around it. */
function stripped(text) {
  let [start, end] = [0, text.length];
  while (start < end && BLANK.test(text[start])) start += 1;
  while (start < end && BLANK.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Digits of a number in scientific notation, a half rounded to even as the C library does. */
function scientific(number, digits) {
  const long = Math.abs(number).toExponential(100);
  const exponent = Number(long.slice(long.indexOf('e') + 1));
  const all = long[0] + long.slice(2, long.indexOf('e'));
  const kept = all.slice(0, digits);
  const rest = all.slice(digits);
  const half = '5'.padEnd(rest.length, '0');
  const up = rest > half || (rest === half && Number(kept[digits - 1]) % 2 === 1);
  if (!up) return { kept, exponent };
  const next = (BigInt(kept) + BigInt(1)).toString();
  return { kept: next.slice(0, digits), exponent: exponent + next.length - digits };
}

/** A number with so many significant digits, as C's %g writes it. */
function general(number, digits) {
  if (number !== number) return 'nan';
  if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf';
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  if (number === 0) return sign + '0';
  const { kept, exponent } = scientific(number, digits);
  if (exponent < -4 || exponent >= digits) return sign + withExponent(kept, exponent);
  return sign + trimmed(placed(kept, exponent));
}

/** The shortest digits that give the number back, as Python writes them; 3 is written 3.0. */
function floatText(number) {
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  if (number === 0) return sign + '0.0';
  const short = Math.abs(number).toExponential();
  const kept = short.slice(0, short.indexOf('e')).replace('.', '');
  const exponent = Number(short.slice(short.indexOf('e') + 1));
  if (exponent < -4 || exponent >= 16) return sign + withExponent(kept, exponent);
  const text = placed(kept, exponent);
  return sign + (text.includes('.') ? text : text + '.0');
}

function placed(digits, exponent) {
  if (exponent < 0) return '0.' + '0'.repeat(-exponent - 1) + digits;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return digits.length > exponent + 1 ? whole + '.' + digits.slice(exponent + 1) : whole;
}

const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function withExponent(digits, exponent) {
  const mantissa = trimmed(digits[0] + '.' + digits.slice(1) + '0');
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return mantissa + 'e' + (exponent < 0 ? '-' : '+') + power;
}

/** A number as errors show it: with all the digits a spreadsheet has, and no more. */
const shown = (number) => general(number, 15);

/** A whole number, however large, without an exponent. */
const wholeText = (number) => BigInt(number).toString();

/** A text cut to what a line has room for. */
function inShort(text) {
  const letters = Array.from(text);
  return letters.length > LONGEST ? letters.slice(0, LONGEST).join('') + '…' : text;
}

/** A value as errors quote it, in as much as a line has room for. */
const quoted = (value) => inShort(inQuotes(value));

function inQuotes(value) {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (isNumber(value)) return floatText(value);
  if (isDate(value)) return dayText(dayOfDate(value));
  const mark = value.includes("'") && !value.includes('"') ? '"' : "'";
  const named = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', [mark]: '\\' + mark };
  const inside = Array.from(value, (letter) => {
    if (letter in named) return named[letter];
    if (letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
    const point = letter.codePointAt(0);
    const code = point.toString(16);
    if (point < 0x100) return '\\x' + code.padStart(2, '0');
    return point < 0x10000 ? '\\u' + code.padStart(4, '0') : '\\U' + code.padStart(8, '0');
  });
  return mark + inside.join('') + mark;
}

/** Texts by code point: of two UTF-16 units a surrogate stands for the larger one. */
function byCodePoint(one, other) {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i += 1) {
    const a = one.charCodeAt(i);
    const b = other.charCodeAt(i);
    if (a !== b) {
      const high = (unit) => unit >= 0xd800 && unit <= 0xdfff;
      return high(a) === high(b) ? a - b : high(a) ? 1 : -1;
    }
  }
  return one.length - other.length;
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** 0, 1, … up to but not including a number. */
const upTo = (count) => Array.from({ length: count }, (_, i) => i);

/** The decimals of a share, as written, times a count; a half is rounded up. */
function roundHalfUp(share, count) {
  const [digits, exponent] = share.toExponential().split('e');
  const places = digits.replace(/^\d\.?/, '').length - Number(exponent);
  const written = BigInt(digits.replace('.', ''));
  // Twice the share and a half over twice the scale; a share is at most 1, so places are no less.
  const scale = BigInt(10) ** BigInt(Math.max(places, 0));
  return Number((BigInt(2) * written * BigInt(count) + scale) / (BigInt(2) * scale));
}

/** The middle value, or the mean of the middle two. */
function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
