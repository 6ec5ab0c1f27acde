// ------------------------------------------------------- formulas of numbers: beyond arithmetic

/** Σ kept^t. The numerator by expm1, or it loses its digits where the ratio is close to 1. */
NUMBERS.clv_discounted = (annualValue, retention, discountRate, years) => {
  const kept = over(retention, 1 + discountRate);
  if (years === null) {
    if (kept > 1) {
      throw outside('retention must be at most 1 + discount_rate where years are not given');
    }
    return annualValue * over(1, 1 - kept);
  }
  if (kept === 0 || kept === 1) return annualValue * (kept ? years : 1);
  return annualValue * (-Math.expm1(years * Math.log(kept)) / (1 - kept));
};

/** How many standard errors a lift must be to be found so often. */
const powerReach = (level, power) => normalQuantile((1 + level) / 2) + normalQuantile(power);

NUMBERS.sample_size = (rate, lift, share, level, power) => Math.ceil(
  powerReach(level, power) ** 2 * rate * (1 - rate) / (share * (1 - share) * lift ** 2));

NUMBERS.detectable_lift = (rate, treated, control, level, power) => {
  const found = powerReach(level, power) *
    Math.sqrt(rate * (1 - rate) * (1 / treated + 1 / control));
  if (rate + found < 1) return found;
  throw notEnough('the groups are too small: no lift up to a share of 1 would be found');
};

// ------------------------------------------------------- sizes of ranges, before their numbers

const SIZES = {
  clv_bridge: (before, after) => {
    [['before', before], ['after', after]].forEach(([name, column]) => {
      if (column.length !== DRIVERS.length) {
        throw wrong(name + ' must be 4 numbers (' + DRIVERS.join(', ') + '), got ' + column.length);
      }
    });
  },

  project_portfolio: (customers, rates) => {
    const tiers = customers.length;
    if (rates[0].length !== tiers && rates[0].length !== tiers + 1) {
      throw wrong('rates must have ' + tiers + ' or ' + (tiers + 1) + ' columns, got ' +
        rates[0].length);
    }
  },

  portfolio_bridge: (customers, before, now) => {
    const tiers = now.length;
    if (customers.length !== tiers + 2 || customers[0].length !== tiers + 1) {
      throw wrong('customers must be a table of ' + (tiers + 2) + ' rows and ' + (tiers + 1) +
        ' columns, got ' + customers.length + '×' + customers[0].length);
    }
  },

  customer_development: (outcome, former) => {
    threeByThree('outcome', outcome);
    threeByThree('former', former);
  },

  migration_table: (customers, names) => {
    const [rows, columns] = [names.length + 2, names.length + 1];
    if (customers.length !== rows || customers[0].length !== columns) {
      throw wrong('customers must be a table of ' + rows + ' rows and ' + columns +
        ' columns, got ' + customers.length + '×' + customers[0].length);
    }
  },

  flow_table: (customers, orders, revenue, names) => {
    const tiers = names.length;
    const fits = (name, table, columns) => {
      if (table.length !== tiers + 2 || !columns.includes(table[0].length)) {
        throw wrong(name + ' must be a table of ' + (tiers + 2) + ' rows and ' +
          columns[columns.length - 1] + ' columns, got ' + table.length + '×' + table[0].length);
      }
    };
    fits('customers', customers, [tiers + 1]);
    fits('orders', orders, [tiers, tiers + 1]);
    fits('revenue', revenue, [tiers + 1]);
  },

  budget: (outcome, opening, growth, reactivation, simulation) =>
    budgetSizes(outcome, growth, simulation),

  required_factor: (outcome, opening, growth, reactivation, target, lever, simulation) =>
    budgetSizes(outcome, growth, simulation),
};

function threeByThree(name, table) {
  if (table.length !== 3 || table[0].length !== 3) {
    throw wrong(name + ' must be a table of 3 rows and 3 columns, got ' + table.length + '×' +
      table[0].length);
  }
}

function budgetSizes(outcome, growth, simulation) {
  threeByThree('outcome', outcome);
  if (growth.length !== 7 && growth.length !== 9) {
    throw wrong('growth must be 7 factors or a table of 3 × 3, got ' + growth.length);
  }
  if (simulation !== null && simulation.length !== LEVERS.length) {
    throw wrong('simulation must be ' + LEVERS.length + ' factors, got ' + simulation.length);
  }
}

const aliveOdds = (shape, alpha, a, b, repeats, last, age) => {
  const kept = Math.pow((alpha + last) / (alpha + age), shape + repeats);
  return kept / (kept + a / (b + repeats));
};

NUMBERS.p_alive = aliveOdds;

NUMBERS.p_buys = (shape, alpha, a, b, repeats, last, age, period) =>
  aliveOdds(shape, alpha, a, b, repeats, last, age) *
  (1 - Math.pow((alpha + age) / (alpha + age + period), shape + repeats));

/** A sum of positive terms, in which nothing cancels. */
NUMBERS.expected_orders = (shape, alpha, a, b, repeats, last, age, period) => {
  if (period === 0) return 0;
  const scale = alpha + age;
  const [rate, share] = [shape + repeats, period / (scale + period)];
  const mean = rate * period / scale;
  const terms = mean + 12 * Math.sqrt(mean * (1 + period / scale)) + 40 * (1 + period / scale);
  if (!(terms <= 100000)) throw outside('more than 100,000 orders can\'t be summed');
  const stays = b + 1 + repeats;
  let [exactly, there, sum] = [rate * Math.log1p(-share), 1, 0];
  let atLeast = -Math.expm1(exactly);
  for (let n = 0; n < Math.ceil(terms); n++) {
    sum += atLeast * there;
    exactly += Math.log((rate + n) / (n + 1) * share);
    atLeast = Math.max(atLeast - Math.exp(exactly), 0);
    there *= (stays + n) / (a + stays + n);
  }
  return aliveOdds(shape, alpha, a, b, repeats, last, age) * sum;
};

// ------------------------------------------------------- formulas of ranges

const RANGES = {
  portfolio_value: (clv, customers) => total(clv.map((worth, i) => worth * customers[i])),

  clv_index: (clv, base) => {
    const divisor = base === null ? clv[clv.length - 1] : base;
    if (divisor === 0) throw undefinedFor('base must not be 0, got 0');
    return clv.map((worth) => worth / divisor);
  },

  clv_bridge: (before, after) => {
    const change = after.map((value, i) => value - before[i]);
    // The other three drivers, so far on their way from before to after.
    const others = (own, share) =>
      before.reduce((product, start, i) => product * (i === own ? 1 : start + share * change[i]), 1);
    return change.map((by, i) => by * (others(i, 0) + 4 * others(i, 0.5) + others(i, 1)) / 6);
  },

  wilson: (successes, all, level) => {
    atMost(successes, all, 'successes', 'total');
    return successes.map((hits, i) => wilsonEnds(hits, all[i], level));
  },

  rate_difference: (successes, all, others, ofOthers, level) => {
    atMost(successes, all, 'successes', 'total');
    atMost(others, ofOthers, 'other_successes', 'other_total');
    return successes.map((hits, i) => {
      if (!all[i] || !ofOthers[i]) return [NaN, NaN, NaN];
      const [one, other] = [hits / all[i], others[i] / ofOthers[i]];
      const [low, high] = wilsonEnds(hits, all[i], level);
      const [least, most] = wilsonEnds(others[i], ofOthers[i], level);
      return [one - other, one - other - Math.sqrt((one - low) ** 2 + (most - other) ** 2),
        one - other + Math.sqrt((high - one) ** 2 + (other - least) ** 2)];
    });
  },

  retention_interval: (opening, retained, level) => {
    atMost(retained, opening, 'retained', 'opening');
    return opening.map((all, i) => retentionEnds(all, retained[i], level));
  },

  clv_interval: (annualValue, opening, retained, level) => {
    atMost(retained, opening, 'retained', 'opening');
    return annualValue.map((worth, i) => {
      const [low, high] = retentionEnds(opening[i], retained[i], level);
      const ends = [low, high].map((kept) => worth / (1 - kept)).map((end) =>
        (Number.isFinite(end) ? end : NaN));
      return worth < 0 ? ends.reverse() : ends;
    });
  },

  keep_or_acquire: (cost, annualValue, retention, margin) => cost.map((paid, i) => {
    const [years, each] = [1 / (1 - retention[i]), annualValue[i] * margin];
    const brings = annualValue[i] * years * margin;
    return [years, brings, brings - paid, brings / paid, paid / each].map((cell) =>
      (Number.isFinite(cell) ? cell : NaN));
  }),

  lift: (buyers, treated, controlBuyers, control) => {
    const { one, other } = mixed(buyers, treated, controlBuyers, control);
    return one - other;
  },

  lift_interval: (buyers, treated, controlBuyers, control, level) => {
    const { one, other, many, few } = mixed(buyers, treated, controlBuyers, control);
    const [low, high] = wilsonEnds(one * many, many, level);
    const [least, most] = wilsonEnds(other * few, few, level);
    return [[one - other - Math.sqrt((one - low) ** 2 + (most - other) ** 2),
      one - other + Math.sqrt((high - one) ** 2 + (other - least) ** 2)]];
  },

  tier: (revenue, shares, names) => {
    distinct(names);
    if (names.length !== shares.length) {
      throw wrong('names must be as many as shares (' + shares.length + '), got ' + names.length);
    }
    const sum = total(shares);
    if (!(Math.abs(sum - 1) <= ROUNDING)) {
      throw outside('shares must add up to 1, got ' + general(sum, 6));
    }
    const tiers = Array(revenue.length);
    const ranked = ranks(tierSizes(revenue.length, shares));
    upTo(revenue.length).sort((a, b) => revenue[b] - revenue[a] || a - b)
      .forEach((customer, rank) => { tiers[customer] = names[ranked[rank]]; });
    return tiers;
  },

  migration: (before, now, names) => {
    distinct(names);
    if (names.includes(LOST)) {
      throw wrong('names must not contain ' + quoted(LOST) + ': it is the last column');
    }
    const place = new Map(names.map((name, i) => [name, i]));
    const counts = names.map(() => Array(names.length + 1).fill(0));
    before.forEach((from, i) => {
      if (!place.has(from)) return;
      counts[place.get(from)][place.has(now[i]) ? place.get(now[i]) : names.length] += 1;
    });
    return [['', ...names, LOST], ...counts.map((row, i) => [names[i], ...row])];
  },

  migration_rates: (counts) => counts.map((row) => row.map((count) => count / total(row))),

  project_portfolio: (customers, rates, inflow, years) => {
    const most = Math.max(...rates.map(total));
    if (most > 1 + ROUNDING) {
      throw outside('a row of rates must add up to at most 1, got ' + general(most, 6));
    }
    const table = [customers];
    for (let year = 0; year < years; year += 1) {
      const last = table[year];
      table.push(inflow.map((come, j) =>
        total(last.map((count, i) => count * rates[i][j])) + come));
    }
    return table;
  },

  portfolio_bridge: (customers, before, now, valuedAt) => {
    const tiers = now.length;
    const worth = before.map((old, i) => old + valuedAt * (now[i] - old));
    const moves = customers.slice(0, tiers);
    const were = moves.map(total);
    const are = now.map((_, j) => total(customers.map((row) => row[j])));
    const valued = (counts, values) => total(values.map((value, i) => counts[i] * value));
    const moved = (wanted) => total(moves.map((row, i) =>
      total(worth.map((value, j) => (wanted(i, j) ? row[j] * (value - worth[i]) : 0)))));
    return [
      valued(were, before), valued(customers[tiers + 1], worth), valued(customers[tiers], worth),
      moved((i, j) => j < i), moved((i, j) => j > i),
      -valued(moves.map((row) => row[tiers]), worth),
      total(now.map((value, i) =>
        (value - before[i]) * (were[i] * valuedAt + are[i] * (1 - valuedAt)))),
      valued(are, now),
    ];
  },

  migration_table: (customers, names, language) => {
    distinct(names);
    const words = languageOf(language);
    [LOST, ...OUTSIDE, 'customers'].forEach((taken) => {
      if (names.includes(taken)) {
        throw wrong('names must not contain ' + quoted(taken) + ': it has a row or column');
      }
    });
    const stayed = customers.slice(0, names.length);
    const moved = customers.map((row) => row.slice(0, -1));
    const sums = (table) => names.map((_, j) => total(table.map((row) => row[j])));
    const gone = total(stayed.map((row) => row[names.length]));
    const [kept, into] = [sums(stayed), sums(moved)];
    return [
      ['', ...names, LOST, 'customers'],
      ...names.map((name, i) => [name, ...stayed[i], total(stayed[i])]),
      [ALL_RETAINED[words], ...kept, '', total(kept)],
      ...OUTSIDE.map((name, i) => {
        const row = moved[names.length + i];
        return [FLOW_NAMES[name][words], ...row, '', total(row)];
      }),
      [ALL_CUSTOMERS[words], ...into, gone, total(into) + gone],
    ];
  },

  flow_table: (customers, orders, revenue, names, language) => {
    distinct(names);
    const words = languageOf(language);
    [LOST, ...OUTSIDE].forEach((taken) => {
      if (names.includes(taken)) {
        throw wrong('names must not contain ' + quoted(taken) + ': it has a row or column');
      }
    });
    const origins = [...names, ...OUTSIDE];
    const kind = (from, to) => {
      const by = names.indexOf(from) - names.indexOf(to);
      if (!names.includes(from)) return from;
      return by > 0 ? 'upgrade' : by < 0 ? 'downgrade' : 'stayed';
    };
    const row = (named, from, to, cells) => [named, from, to, cells[0],
      to === LOST ? '' : cells[1], cells[2], ratio(cells[2], cells[0])];
    const added = (one, other) => one.map((cell, k) => cell + other[k]);
    const rows = [];
    let active = [0, 0, 0];
    [...names, LOST].forEach((to, j) => {
      let whole = [0, 0, 0];
      (to === LOST ? names : origins).forEach((from, i) => {
        const cells = [customers[i][j], to === LOST ? 0 : orders[i][j], revenue[i][j]];
        const named = FLOW_NAMES[to === LOST ? LOST : kind(from, to)][words];
        rows.push(row(named.replace('{}', () => from), from, to, cells));
        whole = added(whole, cells);
      });
      rows.push(row(to === LOST ? ALL_LOST[words] : to, '', to, whole));
      if (to !== LOST) active = added(active, whole);
    });
    rows.push(row(ALL_ACTIVE[words], '', '', active));
    return [FLOW_COLUMNS, ...rows];
  },

  f_ladder: (orderCounts, maxF) => {
    const most = orderCounts.reduce((largest, count) => Math.max(largest, count), 0);
    const steps = maxF === null ? Math.min(most, LONGEST_LADDER) : maxF;
    if (steps < 1) throw notEnough('order_counts must have at least one order');
    const ladder = Array(steps + 1).fill(0);
    orderCounts.forEach((count) => { ladder[Math.min(count, steps)] += 1; });
    for (let k = steps; k > 0; k -= 1) ladder[k - 1] += ladder[k];
    return ladder.slice(1);
  },

  step_rates: (ladder) => {
    if (ladder.length < 2) {
      throw notEnough('ladder must have at least 2 steps, got ' + ladder.length);
    }
    const rise = ladder.findIndex((count, i) => i > 0 && count > ladder[i - 1]);
    if (rise > 0) {
      throw outside('ladder must not rise, got ' + general(ladder[rise], 6) + ' after ' +
        general(ladder[rise - 1], 6) + ' at ' + (rise + 1));
    }
    return ladder.slice(1).map((above, i) => above / ladder[i]);
  },

  extra_orders: (rates, customers) => customers * reached(rates),

  tipping_point: (rates, threshold) => {
    const step = rates.findIndex((rate) => rate >= threshold);
    if (step < 0) throw notEnough('no step reaches the threshold ' + general(threshold, 6));
    return step + 1;
  },

  step_gain: (rates, goals, customers) => rates.map((rate, k) => {
    const atGoal = rates.map((own, i) => (i === k ? Math.max(own, goals[k]) : own));
    return customers * (reached(atGoal) - reached(rates));
  }),

  customer_development: (outcome, former) => {
    const lines = (table) => [...table, [0, 1, 2].map((j) => total(table.map((row) => row[j])))]
      .map(([customers, revenue, orders]) => [customers, revenue, orders,
        ratio(revenue, orders), ratio(orders, customers), ratio(revenue, customers)]);
    const before = lines(former);
    return [['', ...BUDGET_COLUMNS], ...lines(outcome).map((row, i) => [
      [...SEGMENTS, 'total'][i],
      ...row.map((cell, k) => ratio(cell, before[i][k]))
        .map((cell) => (Number.isFinite(cell) ? cell : NaN)),
    ])];
  },

  budget: (outcome, opening, growth, reactivation, simulation) => {
    const levers = simulation === null ? LEVERS.map(() => 1) : simulation.slice();
    const plan = budgeted(outcome, opening, growth, reactivation, levers);
    const lines = SEGMENTS.map((_, i) => [plan.customers[i], plan.revenue[i], plan.orders[i]]);
    lines.push([0, 1, 2].map((j) => total(lines.map((line) => line[j]))));
    return [['', ...BUDGET_COLUMNS], ...lines.map(([customers, revenue, orders], i) => [
      [...SEGMENTS, 'total'][i],
      ...[customers, revenue, orders, ratio(revenue, orders), ratio(orders, customers),
        ratio(revenue, customers)].map((cell) => (Number.isFinite(cell) ? cell : NaN)),
    ])];
  },

  required_factor: (outcome, opening, growth, reactivation, target, lever, simulation) => {
    const levers = simulation === null ? LEVERS.map(() => 1) : simulation.slice();
    const chosen = chosenLevers(lever);
    chosen.forEach((i) => { levers[i] = 1; });
    const plan = budgeted(outcome, opening, growth, reactivation, levers);
    const powers = SEGMENTS.map((_, s) => chosen.filter((i) => SEGMENT_OF_LEVER[i] === s).length);
    const factor = solved(plan.revenue, powers, target);
    plan.shares.forEach((share, i) => {
      const place = LEVERS.indexOf('retention') + i;
      if (chosen.includes(place) && factor * share > 1 + ROUNDING) {
        throw notEnough('no factor reaches ' + general(target, 6) + ': ' + LEVERS[place] + ' ' +
          general(share, 4) + ' × ' + general(factor, 4) + ' exceeds 1');
      }
    });
    return factor;
  },

  time_between_purchases: (customers, dates) => {
    const gaps = [];
    byCustomer(customers, dates).forEach(({ days }) => {
      const sorted = Array.from(days.keys()).sort((a, b) => a - b);
      sorted.slice(1).forEach((day, i) => gaps.push(day - sorted[i]));
    });
    if (!gaps.length) throw notEnough('nobody has bought on two days');
    return median(gaps);
  },

  pareto_share: (revenue, top) => {
    const sum = total(revenue);
    if (sum === 0) throw undefinedFor('revenue adds up to 0');
    if (sum < 0) throw outside('revenue must add up to more than 0, got ' + general(sum, 6));
    const highest = revenue.slice().sort((a, b) => b - a);
    return total(highest.slice(0, roundHalfUp(top, revenue.length))) / sum;
  },

  rfm_segment: (recency, frequency, monetary, language) => {
    const swedish = LANGS[languageOf(language)] === 'sv';
    return recency.map((score, i) => {
      const named = RFM_SEGMENTS[score - 1][Math.floor((frequency[i] + monetary[i] + 1) / 2) - 1];
      return swedish ? RFM_WORDS[named] : named;
    });
  },

  rfm: (customers, dates, amounts, asOf) => {
    const units = amounts.map((amount) => {
      const whole = Math.floor(Math.abs(amount) * UNITS + 0.5);
      if (whole >= 2 ** 53) throw outside('amounts must be below ' + general(2 ** 53 / UNITS, 6));
      return amount < 0 ? -whole : whole;
    });
    const end = asOf === null ? dates.reduce((newest, day) => Math.max(newest, day)) : asOf;
    const buyers = byCustomer(customers, dates, units, end).filter((one) => one.first !== null);
    if (!buyers.length) throw notEnough('nobody has bought');
    buyers.sort((a, b) => a.first - b.first);
    buyers.forEach((one) => {
      const bought = Array.from(one.days).filter(([, amount]) => amount > 0).map(([day]) => day);
      one.recency = end - bought.reduce((newest, day) => Math.max(newest, day));
      one.frequency = bought.length;
      one.monetary = total(Array.from(one.days.values()));
    });
    const scores = [(one) => -one.recency, (one) => one.frequency, (one) => one.monetary]
      .map((worth) => quintiles(buyers.map(worth)));
    return [
      ['customer', 'recency', 'frequency', 'monetary', 'r', 'f', 'm'],
      ...buyers.map((one, i) => [
        one.customer, one.recency, one.frequency, one.monetary / UNITS, ...scores.map((s) => s[i]),
      ]),
    ];
  },
};

function atMost(parts, wholes, part, whole) {
  if (parts.some((value, i) => value > wholes[i])) throw outside(part + ' must be at most ' + whole);
}

/** The shares of buyers in both groups in the mix of the treated, and their effective sizes. */
function mixed(buyers, treated, controlBuyers, control) {
  atMost(buyers, treated, 'buyers', 'treated');
  atMost(controlBuyers, control, 'control_buyers', 'control');
  const strata = upTo(treated.length).filter((i) => treated[i] && control[i]);
  if (!strata.length) {
    throw notEnough('no stratum has both treated and control: nothing can be compared');
  }
  const sum = total(strata.map((i) => treated[i]));
  const effective = (hits, sizes) => {
    const near = strata.map((i) => (hits[i] + 0.5) / (sizes[i] + 1));
    const weights = strata.map((i) => treated[i] / sum);
    const share = total(near.map((p, k) => weights[k] * p));
    return share * (1 - share) / total(near.map((p, k) =>
      weights[k] * weights[k] * p * (1 - p) / sizes[strata[k]]));
  };
  return {
    one: total(strata.map((i) => buyers[i])) / sum,
    other: total(strata.map((i) => treated[i] * (controlBuyers[i] / control[i]))) / sum,
    many: effective(buyers, treated),
    few: effective(controlBuyers, control),
  };
}

/** The ends of Wilson's score interval of a rate. */
function wilsonEnds(hits, all, level) {
  if (!all) return [NaN, NaN];
  const z = normalQuantile((1 + level) / 2);
  const rate = hits / all;
  const middle = rate + z * z / (2 * all);
  const half = z * Math.sqrt(rate * (1 - rate) / all + z * z / (4 * all * all));
  const scale = 1 + z * z / all;
  return [hits ? (middle - half) / scale : 0, hits < all ? (middle + half) / scale : 1];
}

/** Those of retention: one-sided where nobody was lost. */
function retentionEnds(all, kept, level) {
  return all && kept === all ? [(1 - level) ** (1 / all), 1] : wilsonEnds(kept, all, level);
}

/** The standard normal quantile of a probability of at least a half (Wichura 1988, AS 241). */
function normalQuantile(probability) {
  const ratioOf = (over, under, x) => [over, under]
    .map((terms) => terms.reduce((sum, term) => sum * x + term)).reduce((a, b) => a / b);
  const q = probability - 0.5;
  if (q <= 0.425) {
    return q * ratioOf(
      [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
      [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
        5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
      0.180625 - q * q);
  }
  const r = Math.sqrt(-Math.log(1 - probability));
  return ratioOf(
    [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
      1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
      4.6303378461565452959, 1.42343711074968357734],
    [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
      0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
      2.05319162663775882187, 1],
    r - 1.6);
}

function distinct(names) {
  if (names.includes(null)) throw wrong('names must be given, one for each tier');
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) throw wrong('names must differ, got ' + quoted(name) + ' twice');
  });
}

/** How many customers each tier has; tiers are served in order, so that none is negative. */
function tierSizes(customers, shares) {
  let left = customers;
  const sizes = shares.slice(0, -1).map((share) => {
    const size = Math.min(left, roundHalfUp(share, customers));
    left -= size;
    return size;
  });
  return [...sizes, left];
}

/** The tier of each rank. */
const ranks = (sizes) => sizes.flatMap((size, tier) => Array(size).fill(tier));

/** Σ_k Π_{j≤k} rate_j */
function reached(rates) {
  let share = 1;
  return total(rates.map((rate) => { share *= rate; return share; }));
}

/** The days of each customer with what was bought on them, in order of appearance. */
function byCustomer(customers, dates, units, end) {
  const found = new Map();
  const groups = [];
  customers.forEach((customer, i) => {
    if (end !== undefined && dates[i] > end) return;
    const key = isDate(customer) ? '\0' + customer.getTime() : customer;
    if (!found.has(key)) found.set(key, { customer, days: new Map(), first: null });
    const { days } = found.get(key);
    if (!days.has(dates[i])) groups.push([found.get(key), dates[i]]);
    days.set(dates[i], (days.get(dates[i]) || 0) + (units ? units[i] : 0));
  });
  // Who has bought appears with the first day whose amounts add up to more than 0.
  groups.forEach(([one, day], place) => {
    if (one.first === null && one.days.get(day) > 0) one.first = place;
  });
  return Array.from(found.values());
}

/** Scores 5 to 1 by rank, the largest being best; ties share that of their first. */
function quintiles(worth) {
  const rank = new Map();
  worth.slice().sort((a, b) => b - a).forEach((value, i) => rank.has(value) || rank.set(value, i));
  return worth.map((value) => SCORES - Math.floor(SCORES * rank.get(value) / worth.length));
}

// ------------------------------------------------------- the budget

/** Undefined where there is nothing to divide by. */
const ratio = (part, whole) => (whole === 0 ? NaN : part / whole);

/** Nothing times an unknown value is nothing. */
const times = (number, each) => (number === 0 ? 0 : number * each);

function planOf(outcome) {
  return {
    customers: outcome.map((row) => row[0]),
    frequency: outcome.map(([customers, , orders]) => ratio(orders, customers)),
    orderValue: outcome.map(([, revenue, orders]) => ratio(revenue, orders)),
  };
}

function growthFactors(now, cells) {
  const before = planOf([cells.slice(0, 3), cells.slice(3, 6), cells.slice(6)]);
  return [
    ratio(now.customers[0], before.customers[0]),
    ...SEGMENTS.flatMap((_, i) => [
      ratio(now.frequency[i], before.frequency[i]),
      ratio(now.orderValue[i], before.orderValue[i]),
    ]),
  ];
}

/** The plan for next year with these nine simulation factors. */
function budgeted(outcome, opening, given, reactivation, simulation) {
  const now = planOf(outcome);
  const growth = given.length === 9 ? growthFactors(now, given) : given;
  const continued = now.customers[1];
  if (opening === 0) throw undefinedFor('opening must not be 0, got 0');
  if (continued > opening) {
    throw outside('continued must be at most opening (' + general(opening, 6) + '), got ' +
      general(continued, 6));
  }
  const shares = [continued / opening * simulation[1], reactivation * simulation[2]];
  shares.forEach((share, i) => {
    if (share > 1 + ROUNDING) {
      throw outside(LEVERS[i + 1] + ' with its simulation must be at most 1, got ' +
        general(share, 6));
    }
  });
  const customers = [
    now.customers[0] * growth[0] * simulation[0],
    total(now.customers) * shares[0],
    (opening - continued) * shares[1],
  ];
  const by = (each, first) => each.map((value, i) =>
    value * growth[first - 2 + 2 * i] * simulation[first + 2 * i]);
  const frequency = by(now.frequency, 3);
  const orderValue = by(now.orderValue, 4);
  const orders = customers.map((count, i) => times(count, frequency[i]));
  return { customers, orders, revenue: orders.map((n, i) => times(n, orderValue[i])), shares };
}

/** The positions of the levers with these names, each once. */
function chosenLevers(names) {
  const given = names.filter((name) => name)
    .map((name) => name.toLowerCase().replace(/[ -]/g, '_'));
  const unknown = Array.from(new Set(given)).filter((name) => !LEVERS.includes(name));
  if (unknown.length || !given.length) {
    const got = inShort(unknown.sort(byCodePoint).join(', ') || 'nothing');
    throw wrong('lever must be one of ' + LEVERS.join(', ') + ', got ' + got);
  }
  return upTo(LEVERS.length).filter((i) => given.includes(LEVERS[i]));
}

/** The factor x at which Σ revenue × x^power is the target. */
function solved(revenue, powers, target) {
  // Nothing stays nothing, also times a power that is beyond any number.
  const raised = (part, factor, power) => (part === 0 ? 0 : part * factor ** power);
  const gap = (factor) =>
    total(revenue.map((part, i) => raised(part, factor, powers[i]))) - target;
  const fixed = gap(0);
  const slope = total(revenue.filter((_, i) => powers[i]));
  if (fixed !== fixed) {
    throw notEnough('a segment without outcome leaves the revenue undefined');
  }
  if (fixed === 0) return slope ? 0 : 1;
  let factor = Infinity;
  if (fixed < 0 && slope > 0) {
    factor = Math.max(...powers) === 1 ? -fixed / slope : root(gap);
  }
  if (factor === Infinity) {
    throw notEnough('no factor of the lever reaches ' + general(target, 6));
  }
  return factor;
}

/** The least number at which a rising function is no longer below 0. */
function root(gap) {
  let [low, high] = [0, 1];
  while (gap(high) < 0) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = (low + high) / 2;
    if (!(low < middle && middle < high)) return high;
    [low, high] = gap(middle) < 0 ? [middle, high] : [low, middle];
  }
}
