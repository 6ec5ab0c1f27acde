"""Hand over the cells of long ranges in xlwings without a look at each blank one.

xlwings cleans every cell that comes and prepares every one that goes, which for a whole column
(``A:A`` has 1 048 576 rows) takes longer than any formula. Here it does so for the cells that hold
something; a blank row is found by a comparison, and a number goes as it is.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from typing import Any

from xlwings.conversion import CleanDataForWriteStage, CleanDataFromReadStage, ValueAccessor

__all__ = ["Cells"]

SHORT = 1000
"""As many rows are read as they are."""


_READERS: dict[int, tuple[Any, Any]] = {}
"""The steps that read each argument, which are the same in every call, beside its options."""


class Cells(ValueAccessor):
    """Cells as xlwings reads and writes them by default."""

    @staticmethod
    def reader(options: Any) -> Any:
        """The steps from a range to rows of cells."""
        if id(options) not in _READERS:
            steps = ValueAccessor.reader(options)
            steps.insert_stage(_Read(options), replace=CleanDataFromReadStage)
            _READERS[id(options)] = options, steps
        return _READERS[id(options)][1]

    @staticmethod
    def writer(options: Any) -> Any:
        """The steps from rows of cells to a range."""
        steps = ValueAccessor.writer(options)
        return steps.insert_stage(_Write(options), replace=CleanDataForWriteStage)

    @classmethod
    def router(cls, value: Any, rng: Any, options: Any) -> Any:
        """This one, whatever the type of the value."""
        return cls


class _Read(CleanDataFromReadStage):
    def __init__(self, options: Any) -> None:
        super().__init__(options)  # type: ignore[no-untyped-call]
        self.clean: Any = super().__call__

    def __call__(self, context: Any) -> None:
        rows = context.value
        blank = self._blank_row(context) if len(rows) > SHORT else None
        if blank is None:
            self.clean(context)
            return
        filled = [i for i, row in enumerate(rows) if row != blank]
        context.value = [rows[i] for i in filled]
        self.clean(context)
        cleaned = [[None] * len(blank)] * len(rows)
        for i, row in zip(filled, context.value, strict=True):
            cleaned[i] = row
        context.value = cleaned

    def _blank_row(self, context: Any) -> Any:
        """A blank row as this runtime has it; the last most likely is one."""
        rows = context.value
        for row in (rows[-1], rows[len(rows) // 2], rows[len(rows) // 3], rows[0]):
            context.value = [row]
            self.clean(context)
            if all(cell is None for cell in context.value[0]):
                context.value = rows
                return row
        context.value = rows
        return None


class _Write(CleanDataForWriteStage):
    def __init__(self, options: Any) -> None:
        super().__init__(options)  # type: ignore[no-untyped-call]

    def __call__(self, context: Any) -> None:
        prepare, options = context.engine.impl.prepare_xl_data_element, self.options
        before: Any = None
        prepared: list[Any] = []
        done = list[list[Any]]()
        for row in context.value:
            # Blank rows of an answer are one and the same.
            if row is not before:
                before = row
                prepared = [x if type(x) is float and x == x else prepare(x, options) for x in row]
            done.append(prepared)
        context.value = done
