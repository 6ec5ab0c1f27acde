"""The account of what was read and how: what stands above a summary, and in its JSON."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crmformulas.formats import SPACE, NumberFormat
from crmformulas.translations import LANGS, Label, Translated, translate

__all__ = [
    "Account",
    "AppliedRule",
    "SettingsAccount",
    "Severity",
    "SourceAccount",
    "in_both",
    "money_text",
    "note",
]

UNITS = 10_000
Severity = Literal["changes", "look", "fine"]
"""Whether it changes figures, is worth a look, or is only told."""

ROLES: Mapping[str, Translated] = {
    "customer": Translated("customer", "kund"),
    "day": Translated("day", "dag"),
    "amount": Translated("amount", "belopp"),
    "quantity": Translated("quantity", "antal"),
    "price": Translated("price", "pris"),
    "order": Translated("order", "order"),
    "refund": Translated("refund", "återbetalt"),
    "discount": Translated("discount", "rabatt"),
    "status": Translated("status", "status"),
    "document": Translated("document type", "dokumenttyp"),
    "currency": Translated("currency", "valuta"),
}
AMOUNT_RULES: Mapping[str, Translated] = {
    "once per order": Translated("once per order", "en gång per order"),
    "every row": Translated("every row", "varje rad"),
    "quantity × price": Translated("quantity × price", "antal × pris"),
}


def money_text(units: int) -> Translated:
    """Ten-thousandths as an amount, with decimals where there are any."""
    decimals = 0 if units % UNITS == 0 else 2
    return Translated(
        *(NumberFormat(lang).fixed(units / UNITS, decimals).replace(SPACE, " ") for lang in LANGS)
    )


def in_both(text: Label) -> Label:
    """A text about a place in a file, whose name for it is English, in both languages."""
    if not isinstance(text, Translated):
        return text
    return Translated(text.en, text.sv.replace(": column '", ": kolumn '"))


@dataclass(frozen=True)
class AppliedRule:
    """A rule that took effect, with what is at stake.

    Attributes:
        rule: Its key.
        text: What it did, in a line.
        option: The option that decides otherwise.
        rows: The rows that it concerns.
        orders: The orders that it concerns.
        money: By how much it changes the sum of amounts, or how much it concerns, in
            ten-thousandths.
        severity: Whether it changes figures, is worth a look, or is only told.
    """

    rule: str
    text: Label
    option: str | None = None
    rows: int = 0
    orders: int = 0
    money: int = 0
    severity: Severity = "changes"

    def to_dict(self) -> dict[str, Any]:
        """The contract's entry of ``reading.rules``."""
        return {
            "rule": self.rule,
            "rows": self.rows,
            "orders": self.orders,
            "money": self.money / UNITS,
            "option": self.option,
            "severity": self.severity,
            "text": translate(self.text, "en"),
        }


def note(rule: str, en: str, sv: str, option: str | None = None, rows: int = 0) -> AppliedRule:
    """The rule that tells the user how a source was read, in both languages."""
    return AppliedRule(rule, Translated(en, sv), option, rows, severity="look")


@dataclass(frozen=True)
class SourceAccount:
    """The account of one file, sheet or table that was read."""

    name: str
    sheet: str | None
    rows: int
    roles: Mapping[str, str | tuple[str, ...]]
    amount_rule: str
    day_form: str
    decimal: str | None
    zone: str = "as written"

    def to_dict(self) -> dict[str, Any]:
        """The contract's entry of ``reading.sources``."""
        roles: dict[str, Any] = {
            role: list(names) if isinstance(names, tuple) else names
            for role, names in self.roles.items()
        }
        if isinstance(roles.get("customer"), str):
            roles["customer"] = [roles["customer"]]
        return {
            "name": self.name,
            "sheet": self.sheet,
            "rows": self.rows,
            "roles": roles,
            "amount_rule": self.amount_rule,
            "day_form": self.day_form,
            "decimal": self.decimal,
            "zone": self.zone,
        }


@dataclass(frozen=True)
class SettingsAccount:
    """The account of a file of settings, as far as it is in use."""

    file: str
    values: Mapping[str, Any]

    @property
    def line(self) -> Label:
        """A line on what came from the file."""
        said = ", ".join(f"{place} {_written(value)}" for place, value in self.values.items())
        return Translated("settings of {file}: {said}", "inställningar i {file}: {said}").format(
            file=self.file, said=said
        )

    def to_dict(self) -> dict[str, Any]:
        """The contract's ``reading.settings``."""
        return {
            "file": self.file,
            "values": {
                place: dict(value) if place == "tiers" else value
                for place, value in self.values.items()
            },
        }


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        pairs = all(isinstance(one, tuple) for one in value)
        parts = (f"{n} {s * 100:.10g} %" for n, s in value) if pairs else map(repr, value)
        return " + ".join(parts)
    return repr(value)


@dataclass(frozen=True)
class Account:
    """The account of what was read, by which rules, and what was not."""

    sources: tuple[SourceAccount, ...] = ()
    rules: tuple[AppliedRule, ...] = ()
    not_read: tuple[Mapping[str, Any], ...] = ()
    settings: SettingsAccount | None = None

    @property
    def line(self) -> Label:
        """A line on what was read: the columns of the first source, and how many sources."""
        if not self.sources:
            return ""
        return Translated(*(self._line(lang) for lang in LANGS))

    def _line(self, lang: Any) -> str:
        first = self.sources[0]
        parts = []
        for role, names in first.roles.items():
            named = (names,) if isinstance(names, str) else names
            text = f"{translate(ROLES[role], lang)} {' + '.join(map(repr, named))}"
            if role in ("amount", "price"):
                rule = translate(AMOUNT_RULES[first.amount_rule], lang)
                text += f" {rule}" if role == "amount" else f" ({rule})"
            parts.append(text)
        if len(self.sources) > 1:
            files = Translated("in each of {n} sources", "i var och en av {n} källor")
            parts.append(translate(files, lang).format(n=len(self.sources)))
        return f"{translate(Translated('read', 'läst'), lang)}: {', '.join(parts)}"

    @property
    def notices(self) -> tuple[Label, ...]:
        """A line for each thing that changes figures or is worth a look."""
        return tuple(rule.text for rule in self.rules if rule.severity != "fine")

    def to_dict(self) -> dict[str, Any]:
        """The contract's ``reading``."""
        return {
            "sources": [source.to_dict() for source in self.sources],
            "rules": [rule.to_dict() for rule in self.rules],
            "not_read": [dict(one) for one in self.not_read],
            "settings": self.settings.to_dict() if self.settings else None,
        }
