// Run the Apps Script file as a sheet would: global functions in a bare context, no modules.
//
//   node tests/google_sheets/run.js crmformulas.gs < asked.json > answers.json
//
// A call is [name, ...arguments]; a date is {"date": [year, month, day, hours…]} by the clock of this
// machine or {"instant": milliseconds}, an error {"thrown": text}, and a missing argument
// {"missing": true}. An answer is {"value": …} or {"error": text}, with milliseconds.

'use strict';

const fs = require('fs');
const vm = require('vm');

const context = vm.createContext(Object.create(null));
vm.runInContext(fs.readFileSync(process.argv[2], 'utf8'), context, { filename: 'crmformulas.gs' });
// Dates and arrays come from elsewhere than the script, as in a sheet.
const asked = JSON.parse(fs.readFileSync(0, 'utf8'));

function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== 'object') return value;
  if (value.missing) return undefined;
  if ('thrown' in value) return new Error(value.thrown);
  if ('instant' in value) return new Date(value.instant);
  const [year, month, day, ...time] = value.date;
  const date = new Date(2000, 0, 1, ...time);
  date.setFullYear(year, month - 1, day);
  return date;
}

/** Dates of an answer as they were given; other objects than rows can't be shown in a sheet. */
function shown(value) {
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Date) {
    return { date: [value.getFullYear(), value.getMonth() + 1, value.getDate()] };
  }
  // What a sheet shows as an error value, and JSON has no number for.
  if (Number.isNaN(value)) return { nan: true };
  if (!['number', 'string', 'boolean'].includes(typeof value) || (typeof value === 'number' && !isFinite(value))) {
    throw new TypeError('a sheet does not show ' + String(value));
  }
  return value;
}

const answers = asked.calls.map(([name, ...args]) => {
  const cells = args.map(given);
  const start = process.hrtime.bigint();
  let answer;
  try {
    answer = { value: shown(context[name](...cells)) };
  } catch (error) {
    // What is thrown on purpose is an Error of the script's own context.
    const meant = error.constructor === vm.runInContext('Error', context);
    answer = { error: (meant ? '' : 'unexpected: ') + error.message };
  }
  return { ...answer, milliseconds: Number(process.hrtime.bigint() - start) / 1e6 };
});

// A number as text keeps what is beyond 2^53.
const read = vm.runInContext('CRM_', context);
const plain = (value) => (value === null ? null : String(value));
const readings = asked.texts.map((text) => ['first', 'second', 'either'].map((reading) =>
  [plain(read.readDay(text, reading)), plain(read.readAmount(text, reading))]));

process.stdout.write(JSON.stringify({ answers, readings, names: Object.keys(context) }));
