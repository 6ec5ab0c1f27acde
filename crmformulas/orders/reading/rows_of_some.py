"""The rows of a log of which those of some customers alone make orders."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns
from crmformulas.orders.reading.order_log import OrderLog
from crmformulas.orders.reading.typed_rows import Rows

__all__ = ["RowsOfSome"]


@dataclass
class RowsOfSome(Rows):
    """Rows whose orders are those of some customers; they belong to the log that opened them.

    Attributes:
        ids: A table of ``customer``: whose orders count.
    """

    ids: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, rows: Rows, ids: Any) -> RowsOfSome:
        """The same rows, for some customers."""
        return cls(**{one.name: getattr(rows, one.name) for one in fields(Rows)}, ids=ids)

    def select(self, table: Any) -> Any:
        """The lines of a table that are these customers'."""
        return table.semi_join(self.ids, "customer")

    def orders(self, *, every_row: bool = False, further: FurtherColumns | None = None) -> OrderLog:
        """The orders of these customers."""
        made = super().orders(every_row=every_row, further=further)
        return replace(made, table=self.select(made.table))

    def lines(self, further: FurtherColumns, column: FurtherColumn) -> Any:
        """The rows of these customers that count."""
        return self.select(super().lines(further, column))

    def check(self) -> Rows:
        """All has been looked at by the log that opened them."""
        return self

    def close(self) -> None:
        """Leave open what another log opened."""
