// ------------------------------------------------------- texts of an order log: dates and amounts
//
// A text may have two readings: 05/01/2024 has the day first or the month first, the point of
// 1.299 marks decimals or thousands. The other rows of the column decide, never a guess.

/** The day that a text means in a reading ('first': day first, 'second': month first), or null. */
function readDay(text, reading) {
  for (const [pattern, groups] of CERTAIN_DAYS) {
    const found = pattern.exec(text);
    if (found) return dayOfParts(found, groups);
  }
  const found = TWO_NUMBERS.exec(text);
  if (!found) return null;
  const first = dayOfParts(found, DAY_FIRST);
  const second = dayOfParts(found, MONTH_FIRST);
  return agreed(first, second, reading);
}

function dayOfParts(found, groups) {
  const [year, name, day] = groups.map((group) => found[group]);
  const number = NUMBER_OF_MONTH[name.toLowerCase()] || Number(name);
  return dayOrNull(Number(year), number, Number(day));
}

function agreed(first, second, reading) {
  if (reading !== 'either') return reading === 'first' ? first : second;
  if (first === null || second === null) return first === null ? second : first;
  return first === second ? first : null;
}

/** The ten-thousandths that a text means in a reading ('first': decimal point), or null. */
function readAmount(text, reading) {
  if (reading === 'either') {
    return agreed(readAmount(text, 'first'), readAmount(text, 'second'), reading);
  }
  const comma = reading === 'second';
  if (!comma || !text.includes('.')) {
    const plain = comma ? text.replace(/,/g, '.') : text;
    if (PLAIN.test(plain)) return tenThousandths(plain.trim());
  }
  const framed = FRAME.exec(text);
  if (!framed || !WORDS.test(text)) return null;
  // All signs and brackets, then the digits.
  let written = MARK + [1, 2, 5, 6, 7, 3, 4].map((group) => framed[group] || '').join('');
  MINUS.forEach((sign) => { written = written.split(sign).join('-'); });
  const { pattern, group, mark } = WRITTEN[reading];
  const found = pattern.exec(written);
  if (!found) return null;
  const digits = Array.from(found[1]).filter((letter) => !(SEPARATORS + group).includes(letter));
  return tenThousandths(digits.join('').split(mark).join('.'));
}

/** Ten-thousandths of decimals as written, halves away from zero; null beyond 64 bits. */
function tenThousandths(text) {
  const [, sign, whole, fraction, power] = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  const places = Number(power || 0) - fraction.length + 4;
  const all = (whole + fraction).replace(/^0+/, '');
  const kept = places < 0 ? all.slice(0, places) : all + (all && '0'.repeat(places));
  const dropped = places < 0 && all.length >= -places ? all[all.length + places] : '0';
  if (kept.length > 18) return null;
  const units = BigInt(kept || 0) + BigInt(dropped >= '5' ? 1 : 0);
  if (units >= BigInt(10) ** BigInt(18)) return null;
  const signed = sign === '-' ? -units : units;
  return units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed;
}

/** How the texts of a column are meant, which their whole decides. */
function readingOf(name, cells) {
  const read = name === 'dates' ? readDay : readAmount;
  const seen = { first: 0, second: 0, differ: 0, example: null };
  new Set(cells.filter(isText)).forEach((text) => {
    const [first, second] = [read(text, 'first'), read(text, 'second')];
    if (first === second) return;
    if (second === null) seen.first += 1;
    else if (first === null) seen.second += 1;
    else {
      seen.differ += 1;
      seen.example = seen.example || text;
    }
  });
  const both = seen.first && seen.second;
  if (!both && (seen.first || seen.second)) return seen.first ? 'first' : 'second';
  if (!seen.differ) return 'either';
  const [one, other] = SIDES[name];
  const why = both ? 'has some that can only be read ' + one + ' and others only ' + other
    : 'can be read ' + one + ' or ' + other;
  throw wrong(name + ' ' + why + ', for example ' + inQuotes(seen.example) + '; ' + REMEDIES[name]);
}
