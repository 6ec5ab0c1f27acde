"""Order logs, opened to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.keywords import refuse_unknown, takes_keywords_of
from crmformulas.orders.questions.analyses import AnalysisQuestions
from crmformulas.orders.questions.selections import SelectionQuestions
from crmformulas.orders.questions.tables import Step
from crmformulas.orders.reading.currencies import NoCurrencyColumnError
from crmformulas.orders.reading.typed_rows import ReadOptions, open_rows
from crmformulas.orders.rules import rules_of
from crmformulas.settings import Settings, load_settings, merged, told
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from crmformulas.orders.reading.read_options import ReadKeywords

__all__ = ["Orders", "read"]


class Orders(SelectionQuestions, AnalysisQuestions):
    """An order log, opened. Close it, or use it in a ``with`` block, to remove temporary files.

    Attributes:
        rows: The typed rows, in their engine.
        settings: What the user keeps of settings; empty where there are none.
        rules: How orders are counted unless something else is said.
    """


@takes_keywords_of(ReadOptions)
def read(
    source: Any,
    *,
    on_step: Step | None = None,
    settings: Settings | str | Path | None = None,
    **options: Unpack[ReadKeywords],
) -> Orders:
    """Open an order log.

    Args:
        source: A path, several paths or a glob (CSV, TSV, Parquet, Excel, gzip), a DuckDB or
            SQLite file, a URL that ``ibis.connect`` takes, a pandas, Arrow or Ibis table.
        on_step: Called with a few words before each long step.
        settings: A file of settings (``crmformulas.toml``), or what
            :func:`crmformulas.settings.load_settings` made of one. The options come before it;
            one that is None is not taken from it either.
        **options: Which columns to use and how to read them: ``customer``, ``date``, ``amount``
            or ``quantity`` and ``price``, ``order``; ``table``, ``date_format``, ``decimal``,
            ``delimiter``, ``encoding``, ``currency``, ``no_customer``, ``memory_limit`` … as in
            :class:`~crmformulas.orders.reading.typed_rows.ReadOptions`.

    Returns:
        The log, to be asked for a :meth:`Orders.summary`.

    Raises:
        InputError: if the source can't be read or a column is not certain.
    """
    accepted = ("source", "on_step", "settings", *(field.name for field in fields(ReadOptions)))
    refuse_unknown(options, accepted, "read()")
    if settings is None:
        settings = Settings()
    elif not isinstance(settings, Settings):
        settings = load_settings(settings)
    rules_of(settings)
    if on_step:
        on_step("opening")
    kept = settings.reading
    chosen = merged(kept, options) if kept else dict(options)
    try:
        try:
            rows = open_rows(source, ReadOptions(**chosen))
        except NoCurrencyColumnError:
            if "currency" in options:
                raise
            # What settings say of a file without such a column is what its amounts are in.
            del chosen["currency"]
            rows = open_rows(source, ReadOptions(**chosen))
    except InputError as error:
        raise _of_settings(error, told(settings, chosen), settings.path) from None
    return Orders(rows, on_step, settings)


def _of_settings(error: InputError, used: Mapping[str, Any], path: Path | None) -> InputError:
    """The error, with what of the settings it may be about."""
    about = [place for place, value in used.items() if repr(value) in str(error)]
    if not about:
        return error
    en, sv = (f" {word} ".join(about) for word in ("and", "och"))
    message = Translated("{} ({} of {!r})", "{} ({} i {!r})").format(
        error.message, Translated(en, sv), str(path)
    )
    said = f"{error} ({en} of {str(path)!r})"
    if isinstance(error, QuestionError):
        return QuestionError(message, error.options, command=said)
    return InputError(message, command=said)
