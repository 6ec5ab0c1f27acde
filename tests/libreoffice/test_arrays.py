"""The stand-in for NumPy and pandas: on drawn arrays each function does what theirs does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.libreoffice import arrays, frames

numbers = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1.0, 2.5, -2.5])
small = st.integers(0, 9)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[float], list[list[float]]]:
    """A row, a number, and a table with rows as long as that row."""
    width = draw(st.integers(1, 4))
    row = st.lists(numbers, min_size=width, max_size=width)
    return draw(row), draw(row), draw(st.lists(row, min_size=1, max_size=3))


def plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def same(one: Any, other: Any) -> bool:
    one, other = np.asarray(plain(one)), np.asarray(plain(other))
    assert one.shape == other.shape
    if one.dtype.kind in "fi":
        return np.allclose(one, other, rtol=1e-12, atol=1e-9, equal_nan=True)
    return bool((one == other).all())


ON_ROWS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "add": lambda np, a, b, t: a + b - t * 2,
    "divide": lambda np, a, b, t: a / b + 1 / t,
    "compare": lambda np, a, b, t: (a < b) & ~(t >= a) | (t == a) | (t != b) | (a > 0) | (b <= 1),
    "negative": lambda np, a, b, t: -a + abs(b) + np.abs(t),
    "left over": lambda np, a, b, t: a % 1,
    "where": lambda np, a, b, t: np.where(t > 0, a, 1.0),
    "quotient": lambda np, a, b, t: np.divide(a, b, out=np.full_like(a, np.nan), where=b != 0),
    "sums": lambda np, a, b, t: t.sum(axis=1),
    "sums down": lambda np, a, b, t: t.sum(axis=0),
    "sum": lambda np, a, b, t: t.sum() + a.sum(),
    "products": lambda np, a, b, t: np.where(t == 0, 1.0, t / 1e6).prod(axis=1),
    "running": lambda np, a, b, t: (t / 1e6).cumprod(axis=1).sum(axis=1) + np.cumsum(a)[-1],
    "turned": lambda np, a, b, t: (t.T * 2).T,
    "matrix": lambda np, a, b, t: a @ t.T,
    "dot": lambda np, a, b, t: a @ b,
    "stack": lambda np, a, b, t: np.vstack((np.stack([a, b]), t)),
    "columns": lambda np, a, b, t: np.column_stack((a, b, a)),
    "one after the other": lambda np, a, b, t: np.concatenate((a, b)),
    "parts": lambda np, a, b, t: np.concatenate((a[::-1], b[:-1], t[0], t[:, 0], t[:, :1].ravel())),
    "chosen": lambda np, a, b, t: a[a > 0],
    "least": lambda np, a, b, t: np.minimum(a, b) + np.maximum(t, a),
    "ends": lambda np, a, b, t: [t.min(), t.max(), a.max(initial=0), a.argmax()],
    "any": lambda np, a, b, t: [(a > b).any(), (t > 0).all()],
    "order": lambda np, a, b, t: np.argsort(-a, kind="stable"),
    "order by two": lambda np, a, b, t: np.lexsort((a, np.floor(b))),
    "sorted": lambda np, a, b, t: np.searchsorted(np.sort(a), a, side="left"),
    "differences": lambda np, a, b, t: np.diff(a),
    "median": lambda np, a, b, t: np.median(a),
    "rounded": lambda np, a, b, t: np.copysign(np.floor(np.abs(a) + 0.5), a) + np.rint(b),
    "finite": lambda np, a, b, t: np.isfinite(a / b) & ~np.isnan(b / b),
    "places": lambda np, a, b, t: np.flatnonzero(a > 0),
    "whole": lambda np, a, b, t: a.astype(np.int64) // 7,
    "unit": lambda np, a, b, t: np.where(np.eye(len(a), dtype=bool), 1.0, a),
    "shape": lambda np, a, b, t: np.concatenate((a, a, a)).reshape(3, len(a)),
    "bits": lambda np, a, b, t: np.abs(a).view("u8"),
    "repeated": lambda np, a, b, t: np.repeat(np.arange(3), [2, 0, 1]),
    "zeros": lambda np, a, b, t: np.zeros((2, 3), dtype=np.int64),
}


@pytest.mark.parametrize("name", ON_ROWS)
@settings(deadline=None)
@given(drawn=tables())
def test_arrays(name: str, drawn: tuple[list[float], list[float], list[list[float]]]) -> None:
    function = ON_ROWS[name]
    with np.errstate(all="ignore"):
        right = function(np, *map(np.array, drawn))
    assert same(function(arrays, *map(arrays.array, drawn)), right)


@settings(deadline=None)
@given(st.lists(small, min_size=1), small)
def test_counts(values: list[int], least: int) -> None:
    found = arrays.bincount(arrays.array(values), minlength=least)
    assert found.tolist() == np.bincount(np.array(values), minlength=least).tolist()
    weights = [0.5 * value + 1 for value in values]
    summed = arrays.bincount(arrays.array(values), weights=arrays.array(weights))
    assert summed.tolist() == np.bincount(np.array(values), weights=np.array(weights)).tolist()


def test_lines_are_put_together_and_taken_apart() -> None:
    both = arrays.append(0.0, arrays.array([1.0, 3.0, 7.0]))
    assert both.tolist() == np.append(0.0, np.array([1.0, 3.0, 7.0])).tolist()
    assert [part.tolist() for part in arrays.split(both, 2)] == [[0.0, 1.0], [3.0, 7.0]]
    assert arrays.log1p(both).tolist() == np.log1p(np.array(both.tolist())).tolist()


@pytest.mark.parametrize("module", [np, arrays])
def test_elements_are_set_in_place(module: Any) -> None:
    made = module.array([1.0, 2.0, 3.0, 4.0])
    made[[0, 2]] = 0.0
    made[made > 3] = module.nan
    made[1] = 7
    assert str(made.tolist()) == "[0.0, 7.0, 0.0, nan]"
    table = module.zeros((2, 2), dtype=module.int64)
    table[1, 0] += 1
    assert table.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize("module", [np, arrays])
def test_rows_of_one_length(module: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says it in its own words
        module.asarray([[1, 2], [3]])
    with pytest.raises(ValueError):  # noqa: PT011
        module.array([1, 2, 3]) + module.array([1, 2])


@pytest.mark.parametrize(
    "values", [[1, 2], [1.0, 2], [True, False], ["a", 1], [None, 1.0], [[1, 2], [3, 4]], 5, []]
)
def test_kinds(values: Any) -> None:
    mixed = isinstance(values, list) and values[:1] in (["a"], [None])
    right = np.asarray(values, dtype=object if mixed else None)
    found = arrays.asarray(values)
    assert (found.shape, found.ndim, found.size) == (right.shape, right.ndim, right.size)
    assert found.dtype.kind == ("f" if values == [] else right.dtype.kind)
    assert found.tolist() == right.tolist()


# --------------------------------------------------------------------------------------- tables


rows = st.lists(st.tuples(st.sampled_from("abc"), small, numbers), min_size=1, max_size=12)


@settings(deadline=None)
@given(rows)
def test_groups(drawn: list[tuple[str, int, float]]) -> None:
    def told(pandas: Any, numpy: Any) -> list[Any]:
        names, days, amounts = (list(column) for column in zip(*drawn, strict=True))
        table = pandas.DataFrame(
            {"id": numpy.array(names, dtype=object), "day": numpy.array(days), "n": amounts}
        )[numpy.array(days) <= 7]
        if not len(table):
            return []
        sums = table.groupby(["id", "day"], sort=False)["n"].sum().reset_index()
        groups = sums.groupby("id", sort=False)["day"]
        made = pandas.DataFrame({"last": groups.max(), "count": groups.size()})
        total = sums.groupby("id", sort=False)["n"].sum().reindex(made.index)
        columns = [sums[name].tolist() for name in ("id", "day", "n")]
        return [
            *columns,
            made["last"].tolist(),
            made["count"].tolist(),
            total.tolist(),
            len(groups),
        ]

    found, right = told(frames, arrays), told(pd, np)
    assert len(found) == len(right)
    for one, other in zip(found, right, strict=True):
        assert (
            one == pytest.approx(other)
            if not isinstance(other, list) or (other and isinstance(other[0], float))
            else one == other
        )


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", 7.0, "7"]), min_size=1))
def test_numbers_in_order_of_appearance(values: list[Any]) -> None:
    codes, found = frames.factorize(values)
    right = pd.factorize(np.array(values, dtype=object))
    assert codes.tolist() == right[0].tolist()
    assert found.tolist() == right[1].tolist()


@pytest.mark.parametrize("pandas", [pd, frames])
def test_records(pandas: Any) -> None:
    records = [{"f": 1, "rate": 0.5, "name": "a"}, {"f": 2, "rate": None, "name": None}]
    table = pandas.DataFrame.from_records(records).set_index("f")
    assert str(table["rate"].astype("float64").tolist()) == "[0.5, nan]"
    table["rate"] = table["rate"].astype(object).mask(table.index == 2, "")
    again = table.rename_axis("k").copy().reset_index()
    assert list(again.columns) == ["k", "rate", "name"]
    assert again["k"].tolist() == [1, 2]
    assert again["rate"].tolist() == [0.5, ""]
    assert table.index.name == "f"
    assert not table.empty


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_linear_algebra_of_a_climb(size: int) -> None:
    random = np.random.default_rng(size)
    for _ in range(20):
        half = random.normal(size=(size, size)) * 10.0 ** random.integers(-3, 4)
        symmetric = half + half.T
        sizes, axes = arrays.linalg.eigh(arrays.array(symmetric.tolist()))
        columns = np.array(axes.tolist())
        np.testing.assert_allclose(
            np.sort(sizes.tolist()), np.linalg.eigvalsh(symmetric), atol=1e-8
        )
        rebuilt = columns * np.array(sizes.tolist()) @ columns.T
        np.testing.assert_allclose(rebuilt, symmetric, atol=1e-8)
        inverse = arrays.linalg.pinv(arrays.array(symmetric.tolist()), hermitian=True)
        np.testing.assert_allclose(np.array(inverse.tolist()) @ symmetric, np.eye(size), atol=1e-6)


@pytest.mark.parametrize("value", [-1e308, -800.0, 0.0, 1.5, 700.0, 800.0, math.inf, -math.inf])
def test_logarithms_and_powers_are_those_of_numpy(value: float) -> None:
    with np.errstate(all="ignore"):
        assert same(arrays.exp(value), float(np.exp(value)))
        assert same(arrays.log(value), float(np.log(value)))
        wanted = np.logaddexp([value], [0.5]).tolist()
        assert arrays.logaddexp(arrays.array([value]), arrays.array([0.5])).tolist() == wanted
