// What a spreadsheet does with numbers and ranges, as far as the formulas of the page ask for it.
// A range is a list of rows; an error is NaN, which passes through whatever it is an argument of.
const R = (() => {
  const isRange = Array.isArray;
  const rows = (a) => (isRange(a) ? a : [[a]]);
  const cell = (a, i, j) => {
    if (!isRange(a)) return a;
    const row = a[a.length === 1 ? 0 : i];
    return row === undefined ? NaN : row.length === 1 ? row[0] : j < row.length ? row[j] : NaN;
  };

  /** A function of single values, for each cell of what it is given. */
  const broadcast = (f) => (...given) => {
    if (!given.some(isRange)) return f(...given);
    const height = Math.max(...given.map((a) => rows(a).length));
    const width = Math.max(...given.map((a) => rows(a)[0].length));
    return Array.from({ length: height }, (_, i) => Array.from({ length: width }, (_, j) =>
      f(...given.map((a) => cell(a, i, j)))));
  };

  const number = (x) => (typeof x === 'boolean' ? Number(x) : x);
  const arithmetic = (f) => broadcast((a, b) => {
    const made = f(number(a), number(b));
    return Number.isFinite(made) ? made : NaN;
  });
  const compare = (f) => broadcast((a, b) => (
    Number.isNaN(a) || Number.isNaN(b) ? NaN : f(a, b)));
  const column = (a) => rows(a).flat().map((x) => [x]);
  return {
    plus: arithmetic((a, b) => a + b),
    minus: arithmetic((a, b) => a - b),
    times: arithmetic((a, b) => a * b),
    over: arithmetic((a, b) => (b === 0 ? NaN : a / b)),
    power: arithmetic((a, b) => a ** b),
    equal: compare((a, b) => a === b),
    unequal: compare((a, b) => a !== b),
    below: compare((a, b) => a < b),
    atMost: compare((a, b) => a <= b),
    above: compare((a, b) => a > b),
    atLeast: compare((a, b) => a >= b),
    IF: (test, yes, no) => (isRange(test)
      ? broadcast((t, a, b) => (Number.isNaN(t) ? NaN : t ? a : b))(test, yes, no)
      : Number.isNaN(test) ? NaN : test ? yes : no),
    TOCOL: column,
    ROWS: (a) => rows(a).length,
    INDEX: (a, i) => column(a)[i - 1]?.[0] ?? NaN,
    CHOOSECOLS: (a, j) => rows(a).map((row) => [row[j - 1] ?? NaN]),
    DROP: (a, n) => (n < 0 ? rows(a).slice(0, n) : rows(a).slice(n)),
    WRAPROWS: (a, width) => {
      const all = rows(a).flat();
      return Array.from({ length: Math.ceil(all.length / width) }, (_, i) =>
        Array.from({ length: width }, (_, j) => all[i * width + j] ?? NaN));
    },
    SEQUENCE: (height, width = 1, start = 1, step = 1) =>
      Array.from({ length: height }, (_, i) =>
        Array.from({ length: width }, (_, j) => start + (i * width + j) * step)),
    VSTACK: (...given) => given.flatMap(rows),
    HSTACK: (...given) => {
      const height = Math.max(...given.map((a) => rows(a).length));
      return Array.from({ length: height }, (_, i) =>
        given.flatMap((a) => rows(a)[i] ?? rows(a)[0].map(() => NaN)));
    },
    SUM: (...given) => given.flatMap((a) => rows(a).flat()).reduce((a, b) => a + b, 0),
    SUMPRODUCT: (a, b) => rows(a).flat().reduce((sum, x, i) => sum + x * rows(b).flat()[i], 0),
    SCAN: (start, a, f) => {
      let reached = start;
      return rows(a).map((row) => row.map((x) => { reached = f(reached, x); return reached; }));
    },
    MAP: (a, f) => rows(a).map((row) => row.map((x) => f(x))),
    BYCOL: (a, f) => [rows(a)[0].map((_, j) => f(rows(a).map((row) => [row[j]])))],
    MATCH: (wanted, a) => {
      const at = rows(a).flat().indexOf(wanted);
      return at < 0 ? NaN : at + 1;
    },
  };
})();
