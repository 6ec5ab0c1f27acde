"""The DuckDB backend of Ibis, with the columns of a table in the order of the table.

Ibis asks ``DESCRIBE`` for them. Its answer is rows like any other, and where the engine needn't
keep the order of rows (``preserve_insertion_order = false``, which counting in little memory rests
on) those of a table of more than 2 048 columns come in any order: the third column is then another
from run to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb
import ibis.expr.operations as ops
import ibis.expr.schema as sch
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.common.exceptions import TableNotFound

__all__ = ["OrderedBackend"]


class OrderedBackend(Backend):  # type: ignore[misc]  # Ibis is not typed
    """Ibis on DuckDB; what binding a table says of its columns is its schema."""

    def text_view(self, name: str, columns: Sequence[str]) -> Any:
        """The table of a view whose columns are known, all of them text."""
        text = self.compiler.type_mapper.from_string("VARCHAR")
        schema = sch.Schema(dict.fromkeys(columns, text))
        return ops.DatabaseTable(
            name, schema=schema, source=self, namespace=ops.Namespace()
        ).to_expr()

    def disconnect(self) -> None:
        """Close the connection; what was stored in it goes with it, and needn't be dropped."""
        for entry in list(self._cache_name_to_entry.values()):
            entry.finalizer.detach()
        self._cache_name_to_entry.clear()
        self._cache_op_to_entry.clear()
        super().disconnect()

    def get_schema(
        self, table_name: str, *, catalog: str | None = None, database: str | None = None
    ) -> Any:
        """The names and types of a table's columns, in its order."""
        table = sge.table_(table_name, db=database, catalog=catalog, quoted=self.compiler.quoted)
        try:
            return self._bound(f"FROM {table.sql(self.dialect)}")
        except duckdb.CatalogException as error:
            raise TableNotFound(table_name) from error

    def _get_schema_using_query(self, query: str) -> Any:
        return self._bound(query)

    def _bound(self, query: str) -> Any:
        # Bound only, not run: so these are no rows, and can't be shuffled.
        relation = self.con.sql(query)
        # Wide tables have few types, and each takes a parser.
        typed = cache(self.compiler.type_mapper.from_string)
        kinds = (typed(str(kind)) for kind in relation.types)
        return sch.Schema(dict(zip(relation.columns, kinds, strict=True)))
