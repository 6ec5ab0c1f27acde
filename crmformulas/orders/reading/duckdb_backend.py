"""The DuckDB backend of Ibis, on a connection that is open, with the types it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.schema as sch
from ibis.backends.duckdb import Backend

__all__ = ["attached"]


class _Attached(Backend):  # type: ignore[misc]  # Ibis is not typed
    """Ibis on a connection whose settings are made, and may be locked."""

    def _post_connect(self, extensions: Sequence[str] | None = None) -> None:
        self._record_batch_readers_consumed: dict[str, Any] = {}

    def known_table(
        self, name: str, columns: Iterable[tuple[str, str]], place: Sequence[str]
    ) -> Any:
        """The table of these columns, without asking DuckDB for them."""
        # Wide tables have few types, and each takes a parser.
        typed = cache(self.compiler.type_mapper.from_string)
        schema = sch.Schema({column: typed(kind) for column, kind in columns})
        catalog, database = place or (None, None)
        namespace = ops.Namespace(catalog=catalog, database=database)
        return ops.DatabaseTable(name, schema=schema, source=self, namespace=namespace).to_expr()

    def columns_of(self, table: Any) -> list[tuple[str, str]]:
        """The columns of an expression with their types in SQL."""
        mapper = self.compiler.type_mapper
        return [(name, mapper.to_string(kind)) for name, kind in table.schema().items()]


def attached(connection: Any) -> Any:
    """Ibis' backend on an open connection."""
    return _Attached.from_connection(connection)
