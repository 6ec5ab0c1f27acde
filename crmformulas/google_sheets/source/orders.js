// ------------------------------------------------------- what is counted of an order log

/** Currency units of ten-thousandths, which are a BigInt where a number can't hold them exactly. */
function money(units) {
  if (isNumber(units)) return units / UNITS;
  const digits = String(units < 0 ? -units : units).padStart(5, '0');
  const written = digits.slice(0, -4) + '.' + digits.slice(-4);
  return units < 0 ? -Number(written) : Number(written);
}

/** The log as customers with their orders, their status and their value tiers. */
function readLog(...ranges) {
  const log = readRows(...ranges);
  let zero = 0;
  let size = 0;
  log.units.forEach((units) => { size += Math.abs(Number(units)); });
  if (size >= 2 ** 53) {
    zero = BigInt(0);
    log.units = log.units.map(BigInt);
  }
  const asOf = lastDayOf(log);
  if (dateOf(asOf).year <= 2) {
    throw notEnough('as-of day ' + dayText(asOf) + ' is too early for two windows before it');
  }
  const s12 = addMonths(asOf, -12) + 1;
  const f12 = addMonths(asOf, -24) + 1;
  const buyers = customersOf(log, asOf, zero).filter((one) => one.orders.some(isPurchase));
  if (!buyers.length) throw notEnough('nobody has bought');
  buyers.forEach((one) => count(one, s12, f12, zero));
  place(buyers, 's12');
  place(buyers, 'f12');
  buyers.forEach((one) => { one.status = statusOf(one); });
  const first = log.days.reduce((least, day) => (day <= asOf ? Math.min(least, day) : least), asOf);
  return { buyers, asOf, zero, first, f12Months: monthsFrom(first, f12, s12) };
}

/** How many of the 12 months before `end` lie wholly in a history that begins on a day. */
function monthsFrom(first, start, end) {
  if (first <= start) return 12;
  return upTo(11).filter((i) => addMonths(first, i + 1) <= end).length;
}

/** The log, refused where it tells too little of F12. */
function readF12(...ranges) {
  const log = readLog(...ranges);
  if (log.f12Months < LEAST_F12_MONTHS) {
    throw notEnough('history holds ' + log.f12Months + ' of the 12 months before the last 12, ' +
      'which is too little to tell who came from where');
  }
  return log;
}

const isPurchase = (order) => order.amount > 0;

/** The last day that counts: that which is given, or that of the newest order. */
function lastDayOf(log) {
  const asOf = log.asOf === null ? newest(log.days) : log.asOf;
  if (log.days.every((day) => day > asOf)) {
    throw notEnough('no orders up to ' + dayText(asOf) + ': give a later as_of day');
  }
  return asOf;
}

function newest(days) {
  const [first, last] = days.reduce(([low, high], day) =>
    [Math.min(low, day), Math.max(high, day)], [days[0], days[0]]);
  if (last - first > LONGEST_HISTORY) {
    throw notEnough('the orders run from ' + dayText(first) + ' to ' + dayText(last) +
      ': give as_of with the last day that counts');
  }
  return last;
}

/** Customers in order of appearance; the rows of one on one day are one order. */
function customersOf(log, asOf, zero) {
  const found = new Map();
  log.ids.forEach((id, i) => {
    if (!found.has(id)) found.set(id, { id, shown: id, rows: [] });
    const one = found.get(id);
    // An id that was a number is shown as one.
    if (isNumber(log.cells[i])) one.shown = log.cells[i];
    if (log.days[i] <= asOf) one.rows.push(i);
  });
  return Array.from(found.values(), (one) => {
    const orders = [];
    one.rows.sort((a, b) => log.days[a] - log.days[b]);
    one.rows.forEach((i) => {
      const last = orders[orders.length - 1];
      if (last && last.day === log.days[i]) last.amount += log.units[i];
      else orders.push({ day: log.days[i], amount: zero + log.units[i] });
    });
    return { id: one.id, shown: one.shown, orders };
  });
}

/** Add to a customer what status and tiers follow from. */
function count(one, s12, f12, zero) {
  const bought = one.orders.filter(isPurchase);
  const inWindow = (order, from, to) => order.day >= from && order.day < to;
  const sum = (from, to) => one.orders.reduce((units, order) =>
    (inWindow(order, from, to) ? units + order.amount : units), zero);
  const before = bought.filter((order) => order.day < s12);
  one.first = bought[0].day;
  one.lastBefore = before.length ? before[before.length - 1].day : null;
  one.within = bought.slice(before.length);
  one.s12 = { active: one.within.length > 0, revenue: sum(s12, Infinity) };
  one.f12 = { active: one.lastBefore !== null && one.lastBefore >= f12, revenue: sum(f12, s12) };
}

/** Give the active customers of a window their value tiers: by revenue, ties by id. */
function place(buyers, window) {
  const active = buyers.filter((one) => one[window].active).sort((a, b) => {
    const [one, other] = [a[window].revenue, b[window].revenue];
    return one === other ? byCodePoint(a.id, b.id) : one < other ? 1 : -1;
  });
  const ranked = ranks(tierSizes(active.length, TIERS.map(([, share]) => share)));
  active.forEach((one, rank) => { one[window].tier = ranked[rank]; });
}

function statusOf(one) {
  if (one.f12.active) return one.s12.active ? 'continued' : LOST;
  if (!one.s12.active) return 'former';
  const back = one.lastBefore !== null && one.within[0].day <= addMonths(one.lastBefore, NEW_AFTER);
  return back ? 'reactivated' : 'new';
}

const tierName = (window) => (window.active ? TIERS[window.tier][0] : '');

/** Customers, orders and revenue by where they came from and where they are, in order. */
function flowsOf({ buyers, zero }) {
  const cells = new Map();
  buyers.filter((one) => one.status !== 'former').forEach((one) => {
    const origin = one.f12.active ? one.f12.tier : TIERS.length + (one.status === 'new' ? 1 : 0);
    const target = one.s12.active ? one.s12.tier : TIERS.length;
    const key = origin * (TIERS.length + 1) + target;
    const counts = { customers: 0, orders: 0, s12: zero, f12: zero };
    if (!cells.has(key)) cells.set(key, { key, origin, target, ...counts });
    const cell = cells.get(key);
    cell.customers += 1;
    cell.orders += one.within.length;
    cell.s12 += one.s12.revenue;
    cell.f12 += one.f12.revenue;
  });
  return Array.from(cells.values()).sort((a, b) => a.key - b.key);
}

const sumOf = (cells, what, zero) => cells.reduce((sum, cell) => sum + cell[what], zero);

/** What has no finite estimate is an error value in its cell. */
const finite = (number) => (Number.isFinite(number) ? number : NaN);

/** Median days between two purchases of a tier's customers with the later one in S12. */
function daysBetween({ buyers }, tier) {
  const gaps = buyers.filter((one) => one.s12.active && one.s12.tier === tier).flatMap((one) => {
    const days = one.within.map((order) => order.day);
    if (one.lastBefore !== null) days.unshift(one.lastBefore);
    return days.slice(1).map((day, i) => day - days[i]);
  });
  return gaps.length ? median(gaps) : NaN;
}

const TABLES = {
  customer_status: (...ranges) => {
    const { buyers, f12Months } = readLog(...ranges);
    const untold = f12Months < LEAST_F12_MONTHS;
    return [
      ['customer', 'status', 'f12_tier', 's12_tier'],
      ...buyers.map((one) => [one.shown, untold ? NaN : one.status,
        untold ? NaN : tierName(one.f12), tierName(one.s12)]),
    ];
  },

  customer_flows: (...ranges) => {
    const cells = flowsOf(readF12(...ranges));
    if (!cells.length) throw notEnough('nobody has bought in the two years up to the as-of day');
    const origins = [...TIERS.map(([name]) => name), 'reactivated', 'new'];
    return [['from', 'to', 'customers', 'orders', 'revenue'], ...cells.map((cell) => {
      const lost = cell.target === TIERS.length;
      return [origins[cell.origin], lost ? LOST : TIERS[cell.target][0], cell.customers,
        lost ? '' : cell.orders, money(lost ? cell.f12 : cell.s12)];
    })];
  },

  migration_matrix: (...ranges) => {
    const counts = TIERS.map(() => Array(TIERS.length + 1).fill(0));
    flowsOf(readF12(...ranges)).forEach((cell) => {
      if (cell.origin < TIERS.length) counts[cell.origin][cell.target] = cell.customers;
    });
    return [['tier', ...TIERS.map(([name]) => name), LOST],
      ...TIERS.map(([name], i) => [name, ...counts[i]])];
  },

  portfolio: (...ranges) => {
    const log = readLog(...ranges);
    const cells = flowsOf(log);
    const rows = TIERS.map(([tier], i) => {
      const here = cells.filter((cell) => cell.target === i);
      const before = cells.filter((cell) => cell.origin === i);
      const lost = before.filter((cell) => cell.target === TIERS.length);
      const [customers, orders] = [sumOf(here, 'customers', 0), sumOf(here, 'orders', 0)];
      const revenue = money(sumOf(here, 's12', log.zero));
      const [opening, left] = [sumOf(before, 'customers', 0), sumOf(lost, 'customers', 0)];
      const retention = (opening - left) / opening;
      // Nobody lost: the duration has no finite estimate, nor has what is made of it.
      const duration = left ? 1 / (1 - retention) : NaN;
      const [frequency, value] = [orders / customers, revenue / orders];
      const clv = frequency * value * duration;
      return [tier, customers, orders, revenue, opening, left, retention, duration, frequency,
        value, frequency * value, clv, null, customers ? clv * customers : 0, daysBetween(log, i)];
    });
    const [clv, index] = [11, 12];
    const base = rows[rows.length - 1][clv];
    rows.forEach((row) => { row[index] = row[clv] / base; });
    if (log.f12Months < LEAST_F12_MONTHS) {
      const resting = [4, 5, 6, 7, clv, index, 13];
      rows.forEach((row) => { resting.forEach((place) => { row[place] = NaN; }); });
    }
    return [
      ['tier', 'customers', 'orders', 'revenue', 'f12_customers', 'lost', 'retention', 'duration',
        'orders_per_customer', 'value_per_order', 'annual_value', 'clv', 'clv_index',
        'portfolio_value', 'median_days'],
      ...rows.map(([tier, ...figures]) => [tier, ...figures.map(finite)]),
    ];
  },

  order_ladder: (...ranges) => {
    const reach = Array(STEPS + 1).fill(0);
    const gaps = upTo(STEPS + 1).map(() => []);
    readLog(...ranges).buyers.forEach((one) => {
      one.orders.filter(isPurchase).slice(0, STEPS).forEach((order, i, all) => {
        reach[i + 1] += 1;
        if (i) gaps[i].push(order.day - all[i - 1].day);
      });
    });
    const steps = reach.filter((n) => n);
    return [['f', 'customers', 'rate', 'median_days'], ...steps.map((customers, i) => {
      const last = i + 1 === steps.length;
      const onward = last ? ['', ''] : [steps[i + 1] / customers, median(gaps[i + 1])];
      return [i + 1, customers, ...onward];
    })];
  },

  ltv_at_age: (...ranges) => {
    const { buyers, asOf, zero } = readLog(...ranges);
    return [['age_months', 'customers', 'ltv'], ...LTV_AGES.map((age) => {
      let [customers, revenue] = [0, zero];
      buyers.forEach((one) => {
        const end = addMonths(one.first, age);
        if (end > asOf + 1) return;
        customers += 1;
        one.orders.forEach((order) => {
          if (order.day >= one.first && order.day < end) revenue += order.amount;
        });
      });
      return [age, customers, finite(money(revenue) / customers)];
    })];
  },

  first_year: (...ranges) => {
    const { buyers, asOf, zero, first } = readLog(...ranges);
    const periods = new Map();
    const add = (kind, key, period, one) => {
      const name = kind + key;
      const counts = { kind, key, period, customers: 0, observed: 0, orders: 0, again: 0 };
      if (!periods.has(name)) periods.set(name, { ...counts, revenue: zero });
      const sums = periods.get(name);
      sums.customers += 1;
      const end = addMonths(one.first, 12);
      if (end > asOf + 1) return;
      const within = one.orders.filter((order) => order.day >= one.first && order.day < end);
      const bought = within.filter(isPurchase).length;
      sums.observed += 1;
      sums.orders += bought;
      sums.again += bought > 1 ? 1 : 0;
      within.forEach((order) => { sums.revenue += order.amount; });
    };
    buyers.forEach((one) => {
      const month = monthOf(one.first);
      const [year, quarter] = [Math.floor(month / 12), Math.floor(month / 3)];
      add('0', year, String(year), one);
      add('1', quarter, Math.floor(quarter / 4) + '-Q' + ((quarter % 4) + 1), one);
      let back = 1;
      while (addMonths(asOf, -12 * back) >= one.first) back += 1;
      back -= 1;
      const start = addMonths(asOf, -12 * (back + 1)) + 1;
      if (back && start >= first) {
        add('2', -back, dayText(start) + '..' + dayText(addMonths(asOf, -12 * back)), one);
      }
    });
    const kinds = ['year', 'quarter', 'rolling'];
    const rows = Array.from(periods.values())
      .sort((a, b) => a.kind - b.kind || a.key - b.key);
    return [['kind', 'period', 'customers', 'observed', 'orders', 'revenue',
      'orders_per_customer', 'order_value', 'revenue_per_customer', 'repeat_share', 'clv'],
    ...rows.map((sums) => {
      const { observed, orders, again } = sums;
      const revenue = money(sums.revenue);
      const share = again / observed;
      const [frequency, value] = [orders / observed, revenue / orders];
      const figures = [observed ? orders : NaN, observed ? revenue : NaN, frequency, value,
        revenue / observed, share, frequency * value * (1 / (1 - share))];
      return [kinds[sums.kind], sums.period, sums.customers, observed, ...figures.map(finite)];
    })];
  },

  cohorts: (...ranges) => {
    const { buyers, asOf, zero } = readLog(...ranges);
    const end = monthOf(asOf);
    // The month of the as-of day is not over, unless that is its last day.
    const open = end + (monthOf(asOf + 1) > end ? 1 : 0);
    const sizes = new Map();
    const worth = new Map();
    buyers.forEach((one) => {
      const cohort = monthOf(one.first);
      if (!sizes.has(cohort)) {
        sizes.set(cohort, 0);
        worth.set(cohort, upTo(end - cohort + 1).map(() => zero));
      }
      sizes.set(cohort, sizes.get(cohort) + 1);
      one.orders.forEach((order) => {
        const age = monthOf(order.day) - cohort;
        if (age >= 0) worth.get(cohort)[age] += order.amount;
      });
    });
    const names = Array.from(sizes.keys()).sort((a, b) => a - b);
    const lines = names.map((cohort) => {
      let sum = zero;
      const soFar = worth.get(cohort).map((units) => { sum += units; return sum; });
      return [sizes.get(cohort), soFar.slice(0, Math.max(open - cohort, 0))];
    });
    const months = Math.min(end - names[0] + 1, COHORT_MONTHS + 1);
    const told = (name, all) => {
      // All cohorts are chained: what those observed spent in a month, onto what was until then.
      let chained = 0;
      return [name, total(all.map(([size]) => size)), ...upTo(months).map((m) => {
        const here = all.filter(([, soFar]) => soFar.length > m);
        if (!here.length) return '';
        const size = total(here.map(([many]) => many));
        const until = (k) => here.reduce((sum, [, soFar]) => sum + soFar[k], zero);
        const units = until(m);
        chained += money(m ? units - until(m - 1) : units) / size;
        return all.length > 1 ? chained : money(units) / size;
      })];
    };
    return [
      ['month', 'customers', ...upTo(months).map((m) => 'month ' + m)],
      told('all', lines),
      ...names.map((cohort, i) => told(monthName(cohort), [lines[i]])),
    ];
  },
};

/** A month as a number that counts on over years, and as it is written. */
const monthOf = (day) => dateOf(day).year * 12 + dateOf(day).month - 1;

const monthName = (month) =>
  String(Math.floor(month / 12)).padStart(4, '0') + '-' + String((month % 12) + 1).padStart(2, '0');
