"""As much of pandas as the formulas ask for, over :mod:`.arrays`: tables with named columns.

In the add-in this module stands where a formula imports pandas.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crmformulas.libreoffice import arrays
from crmformulas.libreoffice.arrays import ndarray

__all__ = ["DataFrame", "Index", "Series", "factorize"]


class Index(ndarray):
    """The labels of rows or columns; whole numbers where they only number them."""

    def __init__(self, labels: Iterable[Any], name: Any = None) -> None:
        flat = list(labels)
        super().__init__(flat, (len(flat),), arrays.found_kind(flat))
        self.name = name


class Series(ndarray):
    """A column with the labels of its rows."""

    def __init__(self, values: Any, index: Index | None = None) -> None:
        column = arrays.asarray(values)
        super().__init__(column.flat, (column.size,), column.kind)
        self.index = Index(range(column.size)) if index is None else index

    def reindex(self, labels: Iterable[Any]) -> Series:
        """The elements with these labels, in their order."""
        values = dict(zip(self.index, self.flat, strict=True))
        chosen = Index(labels)
        return Series(arrays.of_list([values[label] for label in chosen]), chosen)

    def astype(self, wanted: Any, copy: bool = True) -> Series:
        """The elements as another type."""
        return Series(arrays.array(self, wanted), self.index)

    def mask(self, where: Any, other: Any) -> Series:
        """Another value where a condition holds."""
        chosen = [other if so else v for v, so in zip(self.flat, where, strict=True)]
        return Series(ndarray(chosen, self.shape, "O"), self.index)

    def reset_index(self) -> DataFrame:
        """The labels as columns before the elements."""
        names, rows = self.index.name, self.index.flat
        keys = zip(*rows, strict=True) if rows else ((),) * len(names)
        columns = {name: arrays.of_list(list(key)) for name, key in zip(names, keys, strict=True)}
        return DataFrame({**columns, self.column: self})

    column = ""
    """The column that a group was asked for."""


class DataFrame:
    """A table: columns by name, and the labels of its rows."""

    def __init__(
        self, data: Any, index: Any = None, columns: Any = None, dtype: Any = None
    ) -> None:
        if isinstance(data, dict):
            named: dict[Any, Any] = data
        else:
            rows = [list(row) for row in data]
            transposed = zip(*rows, strict=True) if rows else ([] for _ in columns)
            pairs = zip(columns, transposed, strict=True)
            named = {name: arrays.array(list(column), dtype) for name, column in pairs}
        first = next(iter(named.values()), ())
        labels = first.index if index is None and isinstance(first, Series) else index
        self.index = Index(range(len(first)) if labels is None else labels)
        if isinstance(labels, Index):
            self.index.name = labels.name
        self.series = {name: Series(values, self.index) for name, values in named.items()}
        self.attrs: dict[str, Any] = {}

    @classmethod
    def from_records(cls, records: list[dict[str, Any]]) -> DataFrame:
        """A table of rows; a number that is missing is NaN, as is a text's None a None."""
        names = list(records[0]) if records else []
        return cls({name: _column([record[name] for record in records]) for name in names})

    @property
    def columns(self) -> Index:
        """The names of the columns."""
        return Index(self.series)

    @property
    def empty(self) -> bool:
        """Whether there is no row."""
        return not self.index.flat

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, list):
            chosen = DataFrame({name: self.series[name] for name in key}, self.index)
            chosen.attrs = dict(self.attrs)
            return chosen
        if not isinstance(key, ndarray):
            return self.series[key]
        return DataFrame({name: ndarray.__getitem__(s, key) for name, s in self.series.items()})

    def __setitem__(self, name: Any, values: Any) -> None:
        if not isinstance(values, (list, ndarray)):
            values = arrays.of_list([values] * len(self.index))
        self.series[name] = Series(values, self.index)

    def copy(self) -> DataFrame:
        """A table of its own."""
        frame = DataFrame({name: series.copy() for name, series in self.series.items()}, self.index)
        frame.attrs = dict(self.attrs)
        return frame

    def set_index(self, name: Any) -> DataFrame:
        """A column as the labels of the rows."""
        others = {other: s.copy() for other, s in self.series.items() if other != name}
        return DataFrame(others, Index(self.series[name].flat, name))

    def reset_index(self) -> DataFrame:
        """The labels of the rows as the first column."""
        labels = {self.index.name: arrays.of_list(self.index.flat)}
        frame = DataFrame({**labels, **{name: s.copy() for name, s in self.series.items()}})
        frame.attrs = dict(self.attrs)
        return frame

    def rename_axis(self, name: Any) -> DataFrame:
        """The labels of the rows under a name."""
        frame = self.copy()
        frame.index.name = name
        return frame

    def select_dtypes(self, kind: type) -> _Chosen:
        """The columns of a type."""
        wanted = arrays.kind_of(kind)
        return _Chosen({n: s for n, s in self.series.items() if s.kind == wanted})

    def groupby(self, by: Any, sort: bool) -> _Groups:
        """Rows that agree in a column, or in several, in order of appearance."""
        assert not sort
        names = by if isinstance(by, list) else [by]
        keys: list[Any] = list(zip(*(self.series[name].flat for name in names), strict=True))
        return _Groups(self, by, keys if isinstance(by, list) else [key for (key,) in keys])


class _Chosen:
    def __init__(self, series: dict[Any, Series]) -> None:
        self.series = series

    def items(self) -> Iterator[tuple[Any, Series]]:
        yield from list(self.series.items())


class _Groups:
    """Rows in groups, and the column that is asked for."""

    def __init__(self, table: DataFrame, by: Any, keys: list[Any], column: str = "") -> None:
        self.table, self.by, self.keys, self.column = table, by, keys, column

    def __getitem__(self, column: str) -> _Groups:
        return _Groups(self.table, self.by, self.keys, column)

    def __len__(self) -> int:
        return len(set(self.keys))

    def folded(self, fold: Callable[[list[Any]], Any]) -> Series:
        groups: dict[Any, list[Any]] = {}
        for key, value in zip(self.keys, self.table[self.column].flat, strict=True):
            groups.setdefault(key, []).append(value)
        folded_series = Series(
            arrays.of_list(list(map(fold, groups.values()))), Index(groups, self.by)
        )
        folded_series.column = self.column
        return folded_series

    def sum(self) -> Series:
        return self.folded(sum)

    def max(self) -> Series:
        return self.folded(max)

    def size(self) -> Series:
        return self.folded(len)


def _column(values: list[Any]) -> ndarray:
    numbers = [value for value in values if value is not None]
    whole = arrays.found_kind(numbers) in "fi" and len(numbers) < len(values)
    return arrays.array(values, float if whole else None)


def factorize(values: Iterable[Any]) -> tuple[ndarray, ndarray]:
    """Values as numbers in order of appearance, and the values by number."""
    codes: dict[Any, int] = {}
    numbered = [codes.setdefault(value, len(codes)) for value in values]
    return arrays.of_list(numbered, "i"), arrays.of_list(list(codes))
