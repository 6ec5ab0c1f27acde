"""Figures of the open orders in formulas: ``=CLV(super)`` is the formula with those of a tier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmformulas.catalog.formula import load
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.spreadsheet.completion import call_at
from crmformulas.translations import Lang, Translated, term, translate

if TYPE_CHECKING:
    from crmformulas.catalog.formula import Formula
    from crmformulas.orders.summary.model import Summary

__all__ = ["filled_in", "names_that_fit"]

ALL = "all"
"""What all active customers are called in a formula."""

CALL = re.compile(r"([A-Za-zÅÄÖåäö_][\w.]*)\(([^()]*)\)")
NAMED = re.compile(r"([A-Za-z_]+)\s*[= ]\s*(\S.*)")


def _of_tier(summary: Summary, name: str) -> dict[str, float | None]:
    """The figures of a tier, or of all, by the names of parameters."""
    if name == ALL:
        flows = summary.flows
        opening, lost = flows.opening, flows.lost
        figures_of_tier: dict[str, float | None] = {
            "customers": flows.closing,
            "retention": flows.retention,
            "duration": flows.duration,
        }
    else:
        row = next(r for r in summary.portfolio_records if r.tier.casefold() == name)
        opening, lost = row.f12_customers, row.lost
        figures_of_tier = {
            "frequency": row.orders_per_customer,
            "order_value": row.value_per_order,
            "duration": row.duration,
            "annual_value": row.annual_value,
            "retention": row.retention,
            "clv": row.clv,
            "customers": row.customers,
        }
    stayed = None if opening is None or lost is None else opening - lost
    return figures_of_tier | {"opening": opening, "lost": lost, "retained": stayed}


def _tiers(summary: Summary) -> dict[str, str]:
    """The names that may be typed, in either language, with what each stands for."""
    tiers = {ALL: ALL, translate(Translated(ALL, "alla"), "sv"): ALL}
    for row in summary.portfolio_records:
        for word in (row.tier, *(str(translate(term(row.tier), lang)) for lang in ("en", "sv"))):
            tiers[word.casefold()] = row.tier.casefold()
    return tiers


def filled_in(text: str, summary: Summary, lang: Lang) -> str:
    """A formula in whose calls the name of a value tier stands for its figures.

    What follows the tier is named (``margin 40%``) or takes the parameters that have no figure.

    Args:
        text: What was typed.
        summary: The open orders.
        lang: The language, which decides on the decimal sign.

    Returns:
        The formula with numbers; the same text where no tier is named.

    Raises:
        InputError: if a figure is unknown, or there is no such parameter.
    """
    tiers = _tiers(summary)

    def replaced(call: re.Match[str]) -> str:
        formula = load().get(call[1].lower())
        between = ";" if lang == "sv" or ";" in call[2] else ","
        first, *rest = (part.strip() for part in call[2].split(between))
        name = tiers.get(first.casefold())
        if formula is None or name is None:
            return call[0]
        return f"{call[1]}({_arguments(formula, first, _of_tier(summary, name), rest, lang)})"

    return CALL.sub(replaced, text)


def _arguments(
    formula: Formula,
    tier: str,
    figures_of_tier: dict[str, float | None],
    rest: list[str],
    lang: Lang,
) -> str:
    figures = NumberFormat(lang)
    given: dict[str, str] = {}
    plain = []
    for part in rest:
        if named := NAMED.fullmatch(part):
            if named[1].lower() not in [p.name for p in formula.parameters]:
                names = ", ".join(p.name for p in formula.parameters)
                raise InputError(
                    Translated("{} has no {!r}: {}", "{} har inget {!r}: {}").format(
                        formula.spreadsheet_name, named[1], names
                    )
                )
            given[named[1].lower()] = named[2]
        elif part:
            plain.append(part)
    arguments = []
    for parameter in formula.parameters:
        if parameter.name in given:
            arguments.append(_number(given[parameter.name], figures))
        elif parameter.name in figures_of_tier and not parameter.optional:
            value = figures_of_tier[parameter.name]
            if value is None:
                raise InputError(
                    Translated("{} of {} is unknown", "{} för {} är okänt").format(
                        parameter.name, tier
                    )
                )
            arguments.append(_written(value, lang))
        elif plain:
            arguments.append(_number(plain.pop(0), figures))
        elif parameter.optional:
            break
        else:
            raise InputError(
                Translated("{} needs {}, too", "{} behöver {} också").format(
                    formula.spreadsheet_name, parameter.name
                )
            )
    return ("; " if lang == "sv" else ", ").join([*arguments, *plain])


def _number(text: str, figures: NumberFormat) -> str:
    """A number as a formula has it; 40 % is 0.4."""
    return _written(figures.parse_percent(text), figures.lang) if "%" in text else text


def _written(value: float, lang: Lang) -> str:
    text = f"{value:.15g}"
    return text.replace(".", ",") if lang == "sv" else text


def names_that_fit(text: str, summary: Summary) -> list[str]:
    """The texts that a name of a tier begun at the end of a formula may become."""
    call = call_at(text)
    if call is None or call.place:
        return []
    start = text.rfind("(") + 1
    begun = text[start:].lstrip()
    names = dict.fromkeys([*(row.tier for row in summary.portfolio_records), ALL])
    if not any(
        p.name in _of_tier(summary, ALL) or p.name == "frequency" for p in call.formula.parameters
    ):
        return []
    return [
        text[: len(text) - len(begun)] + n
        for n in names
        if n.casefold().startswith(begun.casefold())
    ]
