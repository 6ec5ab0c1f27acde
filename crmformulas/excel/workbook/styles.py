"""The look of the workbooks: one colour for inputs, none for what is calculated, notes grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xlsxwriter

from crmformulas.palette import BAND, GAIN, GREY, LOSS, NEUTRAL, RULE, SHADES
from crmformulas.translations import Lang, Translated

__all__ = [
    "BAND",
    "GAIN",
    "GREY",
    "KINDS",
    "LOSS",
    "NEUTRAL",
    "PALE",
    "RULE",
    "SHADES",
    "Kind",
    "Styles",
]

PALE = "#A9D6C3"
"""The strongest green of cells on which figures are still read."""
INPUT = "#FFF4CC"
GIVEN = "#E6EFF2"
LINK = "#1A5A8A"

LINE = 15
"""The height of a line of text, in points."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of number: how it is shown, and what a user may type for it."""

    shown: str
    low: float | None = None
    high: float | None = None
    unit: Translated | None = None


MONEY, COUNT = "#,##0", "#,##0"
PER_CENT = "0.0%"
MONTH = "yyyy-mm"

KINDS: dict[str, Kind] = {
    "money": Kind(MONEY, 0, 1e15, Translated("currency units", "valutaenheter")),
    "signed money": Kind("+#,##0;−#,##0;0"),
    "exact money": Kind("#,##0.00", 0, 1e12, Translated("currency units", "valutaenheter")),
    "count": Kind(COUNT, 0, 1e12, Translated("a number of at least 0", "ett antal, minst 0")),
    "signed count": Kind("+#,##0;−#,##0;0"),
    "orders": Kind(COUNT, 0, 1e12),
    "rate": Kind(PER_CENT, 0, 1, Translated("a share, 0 to 100 %", "en andel, 0 till 100 %")),
    "signed rate": Kind("+0.0%;−0.0%;0.0%"),
    "growth rate": Kind("+0%;−0%;0%"),
    "points": Kind(PER_CENT, -1, 1),
    "change": Kind("+0.0;−0.0;0.0", None, None, Translated("percentage points", "procentenheter")),
    "points change": Kind('+0.0" pp";−0.0" pp";0.0" pp"'),
    "factor": Kind(
        PER_CENT,
        0,
        10,
        Translated("a factor; 100 % is unchanged", "en faktor; 100 % är oförändrat"),
    ),
    "frequency": Kind("0.00", 0, 1000, Translated("orders per customer", "köp per kund")),
    "years": Kind("0.00", 0, 1000, Translated("years", "år")),
    "days": Kind("0", 0, 10000, Translated("days", "dagar")),
    "ratio": Kind("0.0"),
    "date": Kind("date", 1, 109575, Translated("a day", "en dag")),
    "month": Kind(MONTH, 1, 109575, Translated("a day", "en dag")),
    "text": Kind("@"),
    "plain": Kind(""),
    # The kinds of the catalogue's arguments that are called otherwise there.
    "spend": Kind(MONEY, 0),
    "discount": Kind(PER_CENT),
    "lifetime": Kind("0.00"),
    "growth": Kind("0.00"),
    "simulation": Kind("0.00"),
}
"""By name. The bounds are those of input cells."""


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(
        self, book: xlsxwriter.Workbook, lang: Lang = "en", *, document: bool = False
    ) -> None:
        """Begin without a format.

        Args:
            book: The workbook.
            lang: The language of its texts.
            document: Whether its cells show signs and days as the texts between them do.
        """
        self._book = book
        self._lang = lang
        self._document = document
        self._made: dict[tuple[str, str], Any] = {}
        self._shown: dict[str, str] = {}
        self._rules: dict[tuple[tuple[str, str], ...], Any] = {}
        grey = {"font_color": GREY}
        bold = {"bold": True}
        head = bold | {"bottom": 1, "valign": "bottom", "text_wrap": True}
        # A sheet may be protected as it is: what is to be typed in stays open.
        entry = {"bg_color": INPUT, "border": 1, "border_color": RULE, "locked": False}
        self._looks: dict[str, dict[str, Any]] = {
            "plain": {},
            "wrapped": {"text_wrap": True},
            "wrapped input": {"text_wrap": True, "bg_color": INPUT},
            "title": bold | {"font_size": 16, "font_color": BAND},
            "heading": bold | {"font_size": 12, "font_color": BAND},
            "message": bold | {"font_size": 12},
            "head": head,
            "number head": head | {"align": "right"},
            "beside head": head | {"indent": 1, "align": "left"},
            "band": bold | {"font_color": "#FFFFFF", "bg_color": BAND},
            "strong": bold | {"top": 1, "top_color": RULE},
            "label": {"valign": "top"},
            "indented": {"indent": 1, "align": "left"},
            "syntax": bold | {"font_name": "Consolas", "font_size": 10},
            "formula": {"font_name": "Consolas", "font_size": 10},
            "argument": {"indent": 1},
            "note": grey,
            "beside": grey | {"indent": 1, "align": "left"},
            "wrapped beside": grey | {"indent": 1, "align": "left", "text_wrap": True},
            "wrapped note": grey | {"text_wrap": True},
            "input": entry,
            "given": entry | {"bg_color": GIVEN},
            "wrapped given": {"text_wrap": True, "bg_color": GIVEN},
            "alarm": bold | {"font_color": LOSS},
            "aside": {"font_color": RULE, "font_size": 8},
            "sentence": {"font_size": 12, "text_wrap": True, "valign": "vcenter"},
            "link": {"font_color": LINK, "underline": 1},
            "back link": {"font_color": LINK, "underline": 1, "align": "right"},
            "link beside": {
                "font_color": LINK,
                "underline": 1,
                "align": "right",
                "valign": "vcenter",
            },
            "entry head": entry | {"bold": True, "align": "right", "text_wrap": True},
            "wrapped entry": entry | {"text_wrap": True},
            "value": {"valign": "top"},
            "big": bold | {"font_size": 14},
            "mark": bold | {"align": "center"},
            "total": bold | {"top": 1},
            "total label": bold | {"top": 1},
            "grey value": grey | {"align": "right"},
            "bar": {"font_color": NEUTRAL},
        }

    def __call__(self, look: str, kind: str = "") -> Any:
        """A format by the name of its look, and the kind of its number or a number format."""
        key = (look, self.shown(kind))
        if key not in self._made:
            # What stands beside a text of several lines stands with its first.
            properties = {"valign": "top"} | self._looks[look]
            if key[1]:
                properties["num_format"] = key[1]
            # What is unknown is a dash; it stands where the number would.
            if key[1] not in ("", "@") and look in ("value", "total", "input", "given", "big"):
                # Months are labels of rows.
                properties["align"] = "left" if key[1] == MONTH else "right"
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def rule(self, **look: str) -> Any:
        """A format that a condition lays over that of a cell."""
        key = tuple(sorted(look.items()))
        if key not in self._rules:
            self._rules[key] = self._book.add_format(look)
        return self._rules[key]

    def shown(self, kind: str) -> str:
        """The number format of a kind, in the language of the workbook.

        Excel, Sheets and Calc group and point numbers as the reader's own settings say; what a
        file decides is how dates are written and whether a space precedes the sign for per cent.
        """
        if kind not in self._shown:
            self._shown[kind] = self._number_format(kind)
        return self._shown[kind]

    def _number_format(self, kind: str) -> str:
        shown = KINDS[kind].shown if kind in KINDS else kind if set(kind) & set("0#") else ""
        if shown == "date":
            return self._day()
        if self._document and set(shown) <= set("#,0.%") and shown:
            # A minus as long as the plus; a spreadsheet's own is a hyphen.
            shown = f"{shown};−{shown}"
        if self._lang == "sv":
            return shown.replace("%", " %").replace(" bn", " md").replace(" pp", " p.e.")
        return shown.replace("%", " %") if self._document else shown

    def _day(self) -> str:
        """The number format of a day."""
        if self._lang == "en":
            return "d mmm yyyy"
        # With the month's Swedish name, whatever country the reader's program is set to.
        return "[$-41D]d mmm yyyy" if self._document else "yyyy-mm-dd"
