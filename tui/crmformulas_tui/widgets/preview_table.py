"""The first rows of a file, with what each column is taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.formats import UNKNOWN
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.widgets.line_table import Column, StaticTable

if TYPE_CHECKING:
    from crmformulas.orders.reading.preview import Preview

__all__ = ["ROLES", "PreviewTable", "recognised"]

ROLES: dict[str, Translated] = {
    "customer": Translated("customer", "kund"),
    "date": Translated("order day", "köpdag"),
    "amount": Translated("amount", "belopp"),
    "quantity": Translated("quantity", "antal"),
    "price": Translated("unit price", "styckpris"),
    "order": Translated("order id", "ordernummer"),
}
"""What a column can be, in the order in which they are asked for."""


def recognised(preview: Preview, lang: Lang) -> str:
    """Which column is what, in one line."""
    roles = [
        f"{translate(words, lang)} = {printable(preview.columns[role])}"
        for role, words in ROLES.items()
        if role in preview.columns
    ]
    return "  ".join(roles)


class PreviewTable(StaticTable):
    """The rows; columns that are recognised stand first."""

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._lang = lang

    def show(self, preview: Preview | None) -> None:
        """Show the first rows; none without a preview."""
        if preview is None or not preview.rows:
            self.columns = ()
            self.show_data([])
            return
        count = len(preview.rows[0])
        roles = {name: role for role, name in preview.columns.items()}
        names = preview.names[:count]
        order = sorted(range(count), key=lambda i: names[i] not in roles)
        self.columns = tuple(
            Column(str(i), self._head(names[i], roles.get(names[i])), text=True, rank=place)
            for place, i in enumerate(order)
        )
        self.show_data(
            [
                [UNKNOWN if row[i] is None else printable(str(row[i])) for i in order]
                for row in preview.rows
            ]
        )

    def _head(self, name: str, role: str | None) -> str:
        from crmformulas.orders.reading import account

        # A column such as the discount is recognised, too, though the user is not asked for it.
        shown, words = printable(name), ROLES.get(role or "") or account.ROLES.get(role or "")
        return shown if words is None else f"{shown} = {translate(words, self._lang)}"
