// ------------------------------------------------------- models of customers fitted on orders

const sumOfEach = (count, term) => total(upTo(count).map(term));

/** ln Γ(z) of a number above 0, by Stirling's series. */
function logGamma(z) {
  let [shift, at] = [0, z];
  while (at < 10) {
    shift += Math.log(at);
    at += 1;
  }
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 -
    inverse * (1 / 1188 - inverse * 691 / 360360))))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Σ ln(p + i) and Σ 1 / (p + i) over i < n, for each n up to a largest one. */
function sumsOf(parameter, largest) {
  const [logs, slopes] = [[0], [0]];
  for (let i = 0; i <= largest; i += 1) {
    logs.push(logs[i] + Math.log(parameter + i));
    slopes.push(slopes[i] + 1 / (parameter + i));
  }
  return { logs, slopes };
}

/** ln(e^one + e^other) */
const logOfSum = (one, other) =>
  Math.max(one, other) + Math.log1p(Math.exp(Math.min(one, other) - Math.max(one, other)));

/** The log-likelihood of cells of [repeats, last, age, customers], and its gradient: MBG/NBD. */
function likelihood(cells) {
  const most = cells.reduce((largest, [x]) => Math.max(largest, x), 0);
  return (logs) => {
    const [r, alpha, a, b] = logs.map(Math.exp);
    const [ofR, ofB, ofBoth] = [r, b, a + b].map((parameter) => sumsOf(parameter, most + 1));
    const gradient = [0, 0, 0, 0];
    let value = 0;
    cells.forEach(([x, last, age, n]) => {
      const [atAge, atLast] = [alpha + age, alpha + last];
      const stayed = ofB.logs[x + 1] - ofBoth.logs[x + 1] - (r + x) * Math.log(atAge);
      const left = Math.log(a) + ofB.logs[x] - ofBoth.logs[x + 1] - (r + x) * Math.log(atLast);
      const either = logOfSum(stayed, left);
      const gone = Math.exp(left - either);
      const there = 1 - gone;
      value += n * (ofR.logs[x] + r * Math.log(alpha) + either);
      gradient[0] += n * (ofR.slopes[x] + Math.log(alpha) - there * Math.log(atAge) -
        gone * Math.log(atLast));
      gradient[1] += n * (r / alpha - (r + x) * (there / atAge + gone / atLast));
      gradient[2] += n * (gone * (1 / a - ofBoth.slopes[x + 1]) - there * ofBoth.slopes[x + 1]);
      gradient[3] += n * (there * (ofB.slopes[x + 1] - ofBoth.slopes[x + 1]) +
        gone * (ofB.slopes[x] - ofBoth.slopes[x + 1]));
    });
    return [value, gradient.map((part, i) => part * Math.exp(logs[i]))];
  };
}

/** The log-likelihood of cells of [repeats, mean value, customers], and its gradient: gamma-gamma. */
function valueLikelihood(cells) {
  const repeats = Array.from(new Set(cells.map(([x]) => x)));
  const density = (logs) => {
    const [p, q, gamma] = logs.map(Math.exp);
    const gammas = new Map(repeats.map((x) =>
      [x, logGamma(p * x + q) - logGamma(p * x) - logGamma(q)]));
    return total(cells.map(([x, mean, n]) => n * (gammas.get(x) + q * Math.log(gamma) +
      (p * x - 1) * Math.log(mean) + p * x * Math.log(x) -
      (p * x + q) * Math.log(gamma + mean * x))));
  };
  const step = 1e-5;
  return (logs) => [density(logs), logs.map((_, i) => {
    const moved = (by) => density(logs.map((value, k) => (k === i ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  })];
}

/** The eigenvalues of a small symmetric matrix, and the eigenvectors as columns (Jacobi). */
function eigen(matrix) {
  const size = matrix.length;
  const left = matrix.map((row) => row.slice());
  const axes = upTo(size).map((i) => upTo(size).map((j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 50; sweep += 1) {
    for (let i = 0; i < size; i += 1) {
      for (let j = i + 1; j < size; j += 1) {
        if (left[i][j] !== 0) rotate(left, axes, i, j);
      }
    }
  }
  return { sizes: left.map((row, i) => row[i]), axes };
}

function rotate(left, axes, i, j) {
  const share = (left[j][j] - left[i][i]) / (2 * left[i][j]);
  const tangent = (share < 0 ? -1 : 1) / (Math.abs(share) + Math.hypot(share, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (rows) => rows.forEach((row) => {
    [row[i], row[j]] = [cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j]];
  });
  turn(left);
  upTo(left.length).forEach((k) => {
    [left[i][k], left[j][k]] =
      [cosine * left[i][k] - sine * left[j][k], sine * left[i][k] + cosine * left[j][k]];
  });
  turn(axes);
  left[i][j] = 0;
  left[j][i] = 0;
}

/** Climb a likelihood inside a box of logarithms of parameters: damped Newton. */
function climbed(objective, start, low, high, tolerance) {
  const clipped = (values) => values.map((v, i) => Math.min(Math.max(v, low[i]), high[i]));
  const heldAt = (logs, slope) => logs.map((v, i) =>
    (v <= low[i] && slope[i] < 0) || (v >= high[i] && slope[i] > 0));
  const curvatureAt = (logs) => {
    const rows = logs.map((_, i) => {
      const at = (by) => objective(logs.map((v, k) => (k === i ? v + by : v)))[1];
      const [ahead, behind] = [at(1e-4), at(-1e-4)];
      return ahead.map((v, k) => (v - behind[k]) / 2e-4);
    });
    return rows.map((row, i) => row.map((v, k) => -(v + rows[k][i]) / 2));
  };
  let logs = clipped(start);
  let [value, gradient] = objective(logs);
  let damping = 1e-3;
  for (let step = 0; step < 100; step += 1) {
    const held = heldAt(logs, gradient);
    const free = upTo(logs.length).filter((i) => !held[i]);
    const steepest = free.reduce((most, i) => Math.max(most, Math.abs(gradient[i])), 0);
    if (!free.length || steepest < tolerance * Math.abs(value)) break;
    const curvature = curvatureAt(logs);
    const { sizes, axes } = eigen(free.map((i) => free.map((k) => curvature[i][k])));
    const bends = sizes.map(Math.abs);
    const along = bends.map((_, k) => sumOfEach(free.length, (i) => axes[i][k] * gradient[free[i]]));
    let higher = null;
    let there = logs;
    for (let attempt = 0; attempt < 30 && higher === null; attempt += 1) {
      const scaled = along.map((part, k) => part / (bends[k] + damping * Math.max(...bends)));
      const move = logs.map(() => 0);
      free.forEach((place, i) => {
        const by = sumOfEach(free.length, (k) => axes[i][k] * scaled[k]);
        move[place] = Math.min(Math.max(by, -1.5), 1.5);
      });
      there = clipped(logs.map((v, i) => v + move[i]));
      higher = objective(there);
      if (!(Number.isFinite(higher[0]) && higher[0] > value - 1e-13 * Math.abs(value))) {
        damping = Math.min(Math.max(damping, 1e-6) * 10, 1e8);
        higher = null;
      }
    }
    if (higher === null) break;
    const gained = higher[0] - value;
    [logs, value, gradient, damping] = [there, higher[0], higher[1], damping / 10];
    if (gained < 1e-13 * Math.abs(value)) break;
  }
  return { logs, value, held: heldAt(logs, gradient) };
}

/** The highest maximum that a climb from any of the starts finds. */
function highest(objective, starts, low, high, tolerance) {
  return starts.map((start) => climbed(objective, start, low, high, tolerance))
    .reduce((best, other) => (other.value > best.value + 1e-6 ? other : best));
}

/** The parameters of purchases in days, and which stand on a bound. */
function fittedPurchases(cells, start) {
  const customers = total(cells.map((cell) => cell[3]));
  const unit = total(cells.map(([, , age, n]) => n * age)) / customers || 1;
  const scaled = cells.map(([x, last, age, n]) => [x, last / unit, age / unit, n]);
  const logs = (parameters) => parameters.map(Math.log);
  const shift = [0, Math.log(unit), 0, 0];
  const starts = start ? [logs(start.parameters).map((v, i) => v - shift[i])] : STARTS.map(logs);
  const found = highest(likelihood(scaled), starts, LOWEST, HIGHEST, 1e-9);
  return { parameters: found.logs.map((v, i) => Math.exp(v + shift[i])), held: found.held };
}

/** The parameters of order values, and which stand on a bound. */
function fittedValues(cells) {
  const unit = total(cells.map(([, mean, n]) => mean * n)) / total(cells.map((cell) => cell[2]));
  const scaled = cells.map(([x, mean, n]) => [x, mean / unit, n]);
  const starts = VALUE_STARTS.map((parameters) => parameters.map(Math.log));
  const found = highest(valueLikelihood(scaled), starts, LOWEST_VALUE, HIGHEST_VALUE, 1e-7);
  const [p, q, gamma] = found.logs.map(Math.exp);
  return { parameters: [p, q, gamma * unit], held: found.held };
}

/** How often each key is there, in the order of the numbers in them. */
function counted(keys) {
  const times = new Map();
  keys.forEach((key) => times.set(String(key), (times.get(String(key)) || 0) + 1));
  return Array.from(times, ([key, n]) => [...key.split(',').map(Number), n])
    .sort((one, other) => one.map((v, i) => v - other[i]).find((by) => by) || 0);
}

/** Cells with days cut to the middle of so many; one-time buyers stay as they are. */
function coarser(cells, days) {
  const cut = (time) => Math.floor(time / days) * days + Math.floor(days / 2);
  return counted(cells.flatMap(([x, last, age, n]) =>
    Array(n).fill(x ? [x, cut(last), cut(last) + cut(age - last)] : [x, last, age])));
}

TABLES.btyd_fit = (customers, dates, amounts, asOf, language) => {
  const log = readRows(customers, dates, amounts, asOf);
  const end = lastDayOf(log);
  const known = new Map();
  log.ids.forEach((id, i) => {
    if (log.days[i] > end) return;
    if (!known.has(id)) known.set(id, new Map());
    const days = known.get(id);
    days.set(log.days[i], (days.get(log.days[i]) || 0) + Number(log.units[i]));
  });
  const [histories, values] = [[], []];
  known.forEach((days) => {
    const bought = Array.from(days.keys()).filter((day) => days.get(day) > 0)
      .sort((a, b) => a - b);
    if (!bought.length) return;
    const repeats = bought.length - 1;
    histories.push([repeats, bought[repeats] - bought[0], end - bought[0]]);
    if (repeats) {
      const mean = total(bought.slice(1).map((day) => days.get(day))) / repeats;
      values.push([repeats, roundedEven(Math.log(mean) * 1000)]);
    }
  });
  if (!histories.length) throw notEnough('nobody has bought');
  const first = end - histories.reduce((oldest, [, , age]) => Math.max(oldest, age), 0);
  if (addMonths(first, FEWEST_MONTHS) > end + 1) {
    throw notEnough('history is shorter than ' + FEWEST_MONTHS + ' months');
  }
  if (values.length < FEWEST_REPEATERS) {
    throw notEnough(values.length + ' customers bought on more than one day; ' +
      FEWEST_REPEATERS + ' are needed');
  }
  const cells = counted(histories);
  const few = cells.length <= FEW_CELLS;
  const start = few ? null : fittedPurchases(coarser(cells, 56), null);
  const purchases = fittedPurchases(cells.length <= MANY_CELLS ? cells : coarser(cells, 7), start);
  const worth = fittedValues(counted(values).map(([x, logs, n]) =>
    [x, Math.exp(logs / 1000) / UNITS, n]));
  const place = languageOf(language);
  const told = (parameter, held) =>
    (parameter !== parameter ? NO_MEAN[place] : held ? ON_BOUND[place] : '');
  const hasMean = worth.parameters[1] > 1;
  const parameters = [...purchases.parameters,
    ...worth.parameters.map((value) => (hasMean ? value : NaN))];
  const held = [...purchases.held, ...worth.held];
  return [['parameter', 'value', 'note'],
    ...parameters.map((value, i) => [FIT[i], value, told(value, held[i])]),
    ['customers', histories.length, ''], ['repeaters', values.length, '']];
};

/** The nearest whole number; of a half the even one. */
function roundedEven(number) {
  const down = Math.floor(number);
  const over = number - down;
  return over > 0.5 || (over === 0.5 && down % 2) ? down + 1 : down;
}
