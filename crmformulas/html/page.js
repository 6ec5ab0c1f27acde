(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const UNKNOWN = '\u2013';
  const SPACE = '\u00a0';

  /** A number with fixed decimals, thousands apart, halves to the even digit, as in the report. */
  const fixed = (x, decimals) => {
    if (!Number.isFinite(x)) return UNKNOWN;
    let [whole, part = ''] = Math.abs(x).toFixed(decimals).split('.');
    const exact = Math.abs(x).toFixed(60).split('.');
    const rest = exact[1].slice(decimals);
    if (rest[0] === '5' && !/[1-9]/.test(rest.slice(1))) {
      const digits = exact[0] + exact[1].slice(0, decimals);
      if (Number(digits.slice(-1)) % 2 === 0) {
        whole = exact[0];
        part = exact[1].slice(0, decimals);
      }
    }
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, SPACE);
    const text = part ? grouped + (data.lang === 'sv' ? ',' : '.') + part : grouped;
    return (x < 0 && /[1-9]/.test(text) ? '\u2212' : '') + text;
  };
  const percent = (x) => fixed(x * 100, 1) + SPACE + '%';
  const amount = (x) => {
    if (Math.abs(x) >= 1e6) return fixed(x / 1e6, Math.abs(x) >= 1e7 ? 1 : 2) + SPACE + 'M';
    return Math.abs(x) >= 100 ? fixed(x, 0) : fixed(x, 2);
  };
  const signed = (x, text) => (x > 0 && /[1-9]/.test(text) ? '+' : '') + text;

  const budget = document.getElementById('budget-tool');
  if (budget && data.budget) {
    const sliders = [...budget.querySelectorAll('input')];
    const body = document.getElementById('budget-rows');
    const lines = data.rows.map((name) => {
      const row = body.insertRow();
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = name;
      row.append(head);
      return [0, 2, 1].map((column) => {
        const cell = row.insertCell();
        cell.className = 'n';
        return [column, cell];
      });
    });
    const show = () => {
      const factors = sliders.map((slider) => [Number(slider.value) / 100]);
      sliders.forEach((slider) => {
        slider.nextElementSibling.textContent = slider.value + SPACE + '%';
      });
      const { outcome, opening, growth, reactivation, revenue } = data.budget;
      const table = crmf.budget(outcome, opening, growth, reactivation, factors);
      lines.forEach((cells, i) => cells.forEach(([column, cell]) => {
        cell.textContent = column === 1 ? amount(table[i][1]) : fixed(table[i][column], 0);
        cell.dataset.value = table[i][column];
      }));
      const change = R.minus(R.over(table[3][1], revenue), 1);
      document.getElementById('budget-change').textContent = signed(change, percent(change));
    };
    budget.addEventListener('input', show);
    budget.addEventListener('reset', () => setTimeout(show));
    budget.hidden = false;
    show();
  }

  const goals = document.getElementById('goals-tool');
  if (goals) {
    const sliders = [...goals.querySelectorAll('input')];
    const start = sliders.map((slider) => slider.value);
    const gains = [...goals.querySelectorAll('.gain')];
    const show = () => {
      const { rates, threshold, customers, extra } = data.ladder;
      // A goal that was not moved is the rate itself, with all its digits.
      const wanted = sliders.map((slider, i) =>
        (slider.value === start[i] ? rates[i] : Number(slider.value) / 1000));
      sliders.forEach((slider, i) => {
        slider.nextElementSibling.textContent = percent(wanted[i]);
      });
      const each = crmf.step_gain([rates], [wanted], customers);
      gains.forEach((cell, i) => {
        cell.textContent = signed(each[i][0], fixed(each[i][0], 0));
        cell.dataset.value = each[i][0];
      });
      const after = crmf.extra_orders([wanted], customers);
      const told = document.getElementById('extra-goal');
      told.textContent = fixed(after, 0);
      told.dataset.value = after;
      document.getElementById('extra-now').textContent = fixed(extra, 0);
      const tip = crmf.tipping_point([wanted], threshold);
      const place = document.getElementById('tip-goal');
      place.textContent = Number.isNaN(tip) ? place.dataset.none : 'F' + tip;
    };
    goals.addEventListener('input', show);
    goals.addEventListener('reset', () => setTimeout(show));
    goals.hidden = false;
    show();
  }
})();
