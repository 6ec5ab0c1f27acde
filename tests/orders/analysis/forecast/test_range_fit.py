"""The fit on ranges: it is that of a log, and no other parameters make the orders likelier."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from math import exp, lgamma, log
from typing import Any

import pytest

import crmformulas as crm
from crmformulas.catalog.formula import load
from crmformulas.errors import NotEnoughDataError
from crmformulas.orders.analysis.forecast import range_fit
from crmformulas.orders.log import read
from tests.orders.analysis.forecast.made_up import made_up_log

EXAMPLE = load()["btyd_fit"].example
CUSTOMERS, DAYS, AMOUNTS, _ = EXAMPLE.args
AS_OF = date(2025, 12, 31).toordinal()


def parameters() -> dict[str, float]:
    table = crm.btyd_fit(*EXAMPLE.args).set_index("parameter")["value"]
    return {name: float(table[name]) for name in table.index}


def histories() -> list[tuple[int, int, int, float]]:
    bought = defaultdict[int, dict[int, float]](dict)
    for customer, day, amount in zip(CUSTOMERS, DAYS, AMOUNTS, strict=True):
        bought[customer][date.fromisoformat(day).toordinal()] = amount
    made = []
    for amounts in bought.values():
        first, *later = sorted(amounts)
        mean = sum(amounts[day] for day in later) / len(later) if later else 0.0
        made.append((len(later), max(amounts) - first, AS_OF - first, mean))
    return made


def purchases(r: float, alpha: float, a: float, b: float) -> float:
    """Batislam, Denizel and Filiztekin (2007), with beta functions by lgamma."""

    def beta(one: float, other: float) -> float:
        return lgamma(one) + lgamma(other) - lgamma(one + other)

    total = 0.0
    for x, last, age, _ in histories():
        common = lgamma(r + x) - lgamma(r) + r * log(alpha) - beta(a, b)
        stayed = beta(a, b + x + 1) - (r + x) * log(alpha + age)
        left = beta(a + 1, b + x) - (r + x) * log(alpha + last)
        high = max(stayed, left)
        total += common + high + log(exp(stayed - high) + exp(left - high))
    return total


def values(p: float, q: float, gamma: float) -> float:
    """Fader and Hardie (2013), equation 1a."""
    return sum(
        lgamma(p * x + q) - lgamma(p * x) - lgamma(q)
        + q * log(gamma) + (p * x - 1) * log(z) + p * x * log(x) - (p * x + q) * log(gamma + x * z)
        for x, _, _, z in histories() if x
    )  # fmt: skip


@pytest.mark.parametrize(
    ("likelihood", "names"),
    [(purchases, ("shape", "alpha", "a", "b")), (values, ("p", "q", "gamma"))],
    ids=["purchases", "values"],
)
def test_no_other_parameters_are_likelier(likelihood: Any, names: tuple[str, ...]) -> None:
    found = [parameters()[name] for name in names]
    best = likelihood(*found)
    for i in range(len(found)):
        for factor in (0.99, 1.01):
            other = [value * factor if k == i else value for k, value in enumerate(found)]
            assert likelihood(*other) < best


def test_it_is_the_fit_of_a_log() -> None:
    orders = made_up_log(1500, 3)
    with read(orders) as log_:
        forecast = log_.forecast()
    fitted = crm.btyd_fit(orders["customer"], orders["date"], orders["amount"])
    value = fitted.set_index("parameter")["value"]
    purchases_, values_ = forecast.purchases, forecast.values
    assert purchases_ is not None
    assert values_ is not None
    wanted = [purchases_.r, purchases_.alpha, purchases_.a, purchases_.b]
    wanted += [values_.p, values_.q, values_.gamma]
    assert value.tolist()[:7] == pytest.approx(wanted, rel=1e-5)


def test_cut_days_change_the_fit_but_little(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = made_up_log(1500, 3)
    columns = orders["customer"], orders["date"], orders["amount"]
    of_days = crm.btyd_fit(*columns)["value"].tolist()
    monkeypatch.setattr(range_fit, "FEW_CELLS", 100)
    assert crm.btyd_fit(*columns)["value"].tolist() == pytest.approx(of_days, rel=1e-5)
    monkeypatch.setattr(range_fit, "MANY_CELLS", 100)
    # methods: on weekly cells the parameters differ by 0.02 %; this shop is smaller
    assert crm.btyd_fit(*columns)["value"].tolist() == pytest.approx(of_days, rel=0.02)


def test_too_little_is_told() -> None:
    few = [column[:40] for column in EXAMPLE.args[:3]]
    with pytest.raises(NotEnoughDataError, match=r"customers bought on more than one day; 100 are"):
        crm.btyd_fit(*few)
    with pytest.raises(NotEnoughDataError, match="history is shorter than 12 months"):
        crm.btyd_fit(["a", "a"], ["2026-01-01", "2026-06-01"], [5, 5])


def test_a_parameter_on_its_bound_is_told() -> None:
    """Customers who all buy every 30 days and never leave show neither differences nor drop-out."""
    rows = [(k, 45_000 + 30 * n + k % 30, 100) for k in range(120) for n in range(20)]
    customers, days, amounts = zip(*rows, strict=True)
    table = crm.btyd_fit(list(customers), list(days), list(amounts)).set_index("parameter")
    assert "on the bound" in table.loc["shape", "note"]
    swedish = load()["btyd_fit"].spill(list(customers), list(days), list(amounts), None, "sv")
    assert "på gränsen" in swedish.set_index("parameter").loc["shape", "note"]
