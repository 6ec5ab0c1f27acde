"""The data of the sheets of the customer portfolio, and the sheet where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crmformulas.excel.templates.examples import records
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, SHOWN, per_cent, signed
from crmformulas.excel.workbook.lines import entries, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.migration import LOST
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = [
    "EXAMPLE",
    "NEW",
    "REACTIVATED",
    "PortfolioData",
    "capital",
    "halves",
    "in_brackets",
    "moved",
    "tier_cells",
    "write_flow_table",
]

NEW, REACTIVATED = "new", "reactivated"
UNTOLD = "untold"
"""From where customers came, where history does not tell."""

MOST_TIERS = 6
MOST_NUMBER = "1E+300"


@dataclass(frozen=True, slots=True)
class PortfolioData:
    """Value tiers and how customers moved between them in twelve months.

    Attributes:
        tiers: Names of 2 to 6 value tiers, the most valuable first.
        shares: The share of the customers that each tier has by the rule.
        flows: Customers, orders and revenue by origin and destination, as
            :attr:`~crmformulas.orders.summary.model.Summary.flow_records`; what is left out is 0.
        f12_orders: Orders of each tier in the twelve months before; None where unknown.
        f12_revenue: Its revenue in them, likewise.
        f12_covered: Whether the orders reach back over all of those months. If not, the customers
            are not compared with those of the year before, who are too few.
        lacking: Why what rests on F12 is unknown or approximate; None where nothing is lacking.
        f12_known: Whether anything that rests on F12 is told.
    """

    tiers: tuple[str, ...]
    shares: tuple[float | None, ...]
    flows: tuple[Mapping[str, Any], ...]
    f12_orders: tuple[float | None, ...] = ()
    f12_revenue: tuple[float | None, ...] = ()
    f12_covered: bool = True
    lacking: Translated | None = None
    f12_known: bool = True

    def __post_init__(self) -> None:
        if not 2 <= len(self.tiers) <= MOST_TIERS:
            raise ValueError(f"tiers must be 2 to {MOST_TIERS}, got {len(self.tiers)}")
        unknown = (None,) * len(self.tiers)
        for name in ("shares", "f12_orders", "f12_revenue"):
            object.__setattr__(self, name, getattr(self, name) or unknown)
            if len(getattr(self, name)) != len(self.tiers):
                raise ValueError(f"{name} must be as many as tiers ({len(self.tiers)})")

    @property
    def unknown_f12(self) -> Translated | None:
        """Why nothing that rests on F12 is known; None where it is, or is approximate."""
        return None if self.f12_known else self.lacking

    @classmethod
    def from_summary(
        cls, summary: Summary, lacking: Translated | None = None, *, f12_known: bool = True
    ) -> PortfolioData:
        """The data that a summary of orders tells; it has no orders and revenue of F12 by tier.

        Where F12 is not known, the tiers of S12 stand alone, whoever their customers were before.
        """
        names, shares = zip(*summary.rules.tiers, strict=True)
        flows: tuple[Mapping[str, Any], ...]
        if f12_known:
            flows = tuple(row.as_dict() for row in summary.flow_records)
        else:
            flows = tuple(
                {
                    "from": UNTOLD,
                    "to": tier.tier,
                    "customers": tier.customers,
                    "orders": tier.orders,
                    "revenue": tier.revenue,
                }
                for tier in summary.portfolio_records
            )
        return cls(
            names,
            shares,
            flows,
            f12_covered=summary.f12_covered,
            lacking=lacking,
            f12_known=f12_known,
        )

    @property
    def origins(self) -> tuple[str, ...]:
        """Where customers come from."""
        return (*self.tiers, REACTIVATED, NEW)

    def told(self, formula: str) -> str:
        """The formula where F12 is known, else a dash."""
        return formula if self.f12_known else f'"{DASH}"'

    def targets(self, origin: str) -> tuple[str, ...]:
        """Where customers of an origin may go: only who was there can be lost."""
        return (*self.tiers, LOST) if origin in self.tiers else self.tiers

    def rows(self) -> list[Mapping[str, Any]]:
        """The flow table with every origin and destination, in order."""
        by_pair = {(flow["from"], flow["to"]): flow for flow in self.flows}
        nobody = {"customers": 0, "orders": 0, "revenue": 0.0}
        return [
            {**by_pair.get((origin, target), nobody), "from": origin, "to": target}
            for origin in (self.origins if self.f12_known else (UNTOLD,))
            for target in self.targets(origin)
        ]


_TIERS = records(__package__, "tiers")
EXAMPLE = PortfolioData(
    tiers=tuple(tier["tier"] for tier in _TIERS),
    shares=tuple(tier.number("share") for tier in _TIERS),
    flows=tuple(
        {"from": flow["from"], "to": flow["to"]}
        | {count: flow.number(count) for count in ("customers", "orders", "revenue")}
        for flow in records(__package__, "flows")
    ),
    f12_orders=tuple(tier.number("f12_orders") for tier in _TIERS),
    f12_revenue=tuple(tier.number("f12_revenue") for tier in _TIERS),
)
"""The published portfolio: Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).

Of the lost the revenue is that of F12.
"""


def tier_cells(book: Contents) -> list[CellRange]:
    """The cells with the names of the tiers."""
    names = book["tier.names"]
    return [names.at(i) for i in range(names.last_row - names.row + 1)]


def capital(tier: CellRange) -> str:
    """A formula for the name of a tier where it begins a sentence."""
    return f"UPPER(LEFT({tier.full},1))&MID({tier.full},2,99)"


def moved(book: Contents, what: str, origin: str = "", target: str = "", sign: str = "") -> str:
    """A formula that adds a column of the flow table, by the cells that name what is wanted.

    Names are compared as they are: one such as ``>1000`` or ``gold*`` would be a condition to
    SUMIFS. Where a cell that counts is no number, or is empty for customers that there are, or
    where two tiers have that name, the sum is unknown.
    """
    cells = book[f"flow.{what}"].full
    sides = {"from": origin, "to": target}
    named = [f"({book[f'flow.{side}'].full}={cell})" for side, cell in sides.items() if cell]
    # A text is more than any number; nobody's orders and revenue may be left empty.
    bad = f'({cells}="")+({cells}>{MOST_NUMBER})'
    if what == "customers":
        bad += f"+({cells}<0)"
    else:
        bad = f'({book["flow.customers"].full}<>0)*({cells}="")+({cells}>{MOST_NUMBER})'
        if not target:
            # The lost have no orders in S12.
            named.append(f'({book["flow.to"].full}<>"{book.translate(term(LOST))}")')
    criteria = "*".join(named)
    names = book["tier.names"].full
    alike = "".join(f"+(SUMPRODUCT(({names}={cell})*1)>1)" for cell in sides.values() if cell)
    unknown = f"SUMPRODUCT({criteria}*({bad})){alike}>0"
    return f'IF({unknown},"{DASH}",{sign}SUMPRODUCT({criteria}*1,{cells}))'


def halves(widths: Sequence[float]) -> tuple[int, int, int]:
    """Where the second of two charts beside each other begins, and how many pixels each may have.

    It begins at the column that is nearest the middle.
    """
    edges = list(accumulate((7 * width + 5 for width in widths), initial=0.0))
    column = min(range(len(edges)), key=lambda i: abs(edges[i] - edges[-1] / 2))
    gap = 14
    return column, int(edges[column]) - gap, int(edges[-1] - edges[column]) - 4


def in_brackets(share: str) -> str:
    """A formula that adds a change to a sentence, where it is known."""
    return f'IF(ISNUMBER({share})," ("&{signed(share, per_cent(share), SHOWN)}&")","")'


LONGEST = 42
"""The last row that may still be printed on the first page."""

TIERS = lines("""
    names: text, setting
        Tier | Nivå
        | Name of the value tier, the most valuable first. Names must differ.
        | Värdenivåns namn, den mest värdefulla först. Namnen ska vara olika.
    shares: rate, setting, optional
        Share of the customers | Andel av kunderna
        | The share of the customers that the tier has by your rule, in per cent. To compare with;
        nothing else depends on it.
        | Den andel av kunderna som nivån har enligt er regel, i procent. Att jämföra med; inget
        annat beror på den.
    orders: count, optional, data
        Orders F12 | Antal köp F12
        | The tier's orders in the 12 months before. Leave empty if unknown.
        | Nivåns antal köp under föregående 12 månader. Lämna tomt om det är okänt.
    revenue: money, optional, data, low -1e15
        Revenue F12 | Omsättning F12
        | The tier's net revenue in the 12 months before, in currency units. Leave empty if unknown.
        | Nivåns nettoomsättning under föregående 12 månader, i valutaenheter. Lämna tomt om den är
        okänd.
""")

FLOWS = lines("""
    from: text
        From (F12) | Från (F12)
    to: text
        To (S12) | Till (S12)
    customers: count, data
        Customers | Kunder
        | How many customers went from the tier at the left (12 months before) to the one beside it
        (last 12 months).
        | Hur många kunder som gick från nivån till vänster (föregående 12 månader) till den bredvid
        (senaste 12 månaderna).
    orders: count, optional, data
        Orders S12 | Antal köp S12
        | Orders of these customers in the last 12 months (S12).
        | Dessa kunders antal köp under de senaste 12 månaderna (S12).
    revenue: money, data, low -1e15
        Revenue | Omsättning
        | Net revenue of these customers in the last 12 months (S12), in currency units. Of the
        lost: in the 12 months before (F12).
        | Dessa kunders nettoomsättning under de senaste 12 månaderna (S12), i valutaenheter. För
        förlorade: under föregående 12 (F12).
""")
NOT_TOLD = Translated("not told", "okänt")
REVENUE_HEAD = translated("Revenue S12 (lost: F12) | Omsättning S12 (förlorade: F12)")

NOTE = translated("""
    F12 is the 12 months before the last 12 (S12). Orders and revenue F12 are only compared with
    those of S12; customers F12 follow from the flow table.
    | F12 är de 12 månaderna före de senaste 12 (S12). Antal köp och omsättning F12 jämförs bara med
    S12; kunder F12 följer av flödestabellen.
""")

NAMES_CHECK = """
    {alike}={count} → ● The tiers have different names | ● Nivåerna har olika namn
    ▲ Two tiers have the same name | ▲ Två nivåer har samma namn
"""
SHARES_CHECK = """
    NOT(ISNUMBER([tier.shares.total])) → Shares are not given | Andelar saknas
    ABS([tier.shares.total]-1)<0.000001 → ● The shares add up to 100 % | ● Andelarna blir 100 %
    ▲ The shares do not add up to 100 % | ▲ Andelarna blir inte 100 %
"""


def write_flow_table(book: Book, data: PortfolioData) -> Sheet:
    """The inputs: the value tiers, and the flow table from which all other sheets calculate."""
    sheet = book.sheet(
        "Flow table | Flödestabell",
        "Inputs: value tiers and flow table | Indata: värdenivåer och flödestabell",
        (20, 11, 14, 16, 3, 14, 14, 12, 14, 17),
    )
    last = max(_tiers(sheet, data), _flows(sheet, data))
    sheet.paragraph(last + 1, 0, 9, NOTE)
    sheet.page(last + 2, (5, 0))
    if last < LONGEST:
        sheet.xl.fit_to_pages(1, 1)
    return sheet


def _tiers(sheet: Sheet, data: PortfolioData) -> int:
    book, first, count = sheet.book, 5, len(data.tiers)
    total = first + count
    sheet.text(3, 0, Translated("Value tiers", "Värdenivåer"), "heading")
    share = Translated("Share", "Andel")
    sheet.heads(4, 0, [share if x == "shares" else line.label for x, line in TIERS.items()])
    values = {
        "names": [book.translate(term(name)) for name in data.tiers],
        "shares": data.shares,
        "orders": data.f12_orders,
        "revenue": data.f12_revenue,
    }
    keys = ("tier.names", "tier.shares", "f12.orders", "f12.revenue")
    sheet.text(total, 0, Translated("Total", "Totalt"), "total label")
    for j, (key, line) in enumerate(zip(keys, TIERS.values(), strict=True)):
        cells = entries(sheet, first, j, line, values[line.key], key=key)
        if j:
            whole = resolve(sheet, f"SUM_OF({cells.cell})")
            sheet.formula(total, j, whole, line.kind, "total", key=f"{key}.total")
    for i, name in enumerate((*data.tiers, "total")):
        book.places[f"tier.{name}.share"] = sheet.place(first + i, 1)
    sheet.text(total + 2, 0, Translated("Checks", "Kontroller"), "heading")
    names = book["tier.names"]
    alike = "+".join(f"SUMPRODUCT(({names.fixed}={names.at(i).cell})*1)" for i in range(count))
    write_message(
        sheet, total + 3, NAMES_CHECK, "plain", "check.names", alike=alike, count=str(count)
    )
    write_message(sheet, total + 4, SHARES_CHECK, "plain", "check.shares")
    return total + 4


def _flows(sheet: Sheet, data: PortfolioData) -> int:
    book, rows, first = sheet.book, data.rows(), 5
    sheet.text(3, 5, Translated("Flow table", "Flödestabell"), "heading")
    heads = [line.label for line in FLOWS.values()]
    table = sheet.table(4, 5, (*heads[:-1], REVENUE_HEAD), len(rows), "PortfolioFlows", texts=2)
    names: dict[str, Label | CellRange] = {x: term(x) for x in (LOST, REACTIVATED, NEW)}
    names |= dict(zip(data.tiers, tier_cells(book), strict=True)) | {UNTOLD: NOT_TOLD}
    for i, row in enumerate(rows, first):
        sheet.text(i, 5, names[row["from"]])
        sheet.text(i, 6, names[row["to"]])
    for j, column in enumerate(FLOWS):
        book.places[f"flow.{column}"] = table.down(j)
        for i, row in enumerate(rows):
            book.places[f"flow.{row['from']}.{row['to']}.{column}"] = table.at(i, j)
    customers = [row["customers"] for row in rows]
    entries(sheet, first, 7, FLOWS["customers"], customers, needed=table.down(0))
    _orders(sheet, table, rows)
    revenue = [row["revenue"] for row in rows]
    entries(sheet, first, 9, FLOWS["revenue"], revenue, needed=table.down(0))
    return table.last_row


def _orders(sheet: Sheet, table: CellRange, rows: Sequence[Mapping[str, Any]]) -> None:
    """The orders of each origin's customers; those who are lost have none."""
    first = table.row
    for origin, block in groupby(rows, key=itemgetter("from")):
        orders = [row["orders"] for row in block if row["to"] != LOST]
        entries(
            sheet,
            first,
            8,
            FLOWS["orders"],
            orders,
            key=f"flow.{origin}.orders",
            needed=sheet.place(first, table.column + 1, first + len(orders) - 1),
            spared=term(LOST),
        )
        first += len(orders)
        if first <= table.last_row and rows[first - table.row]["to"] == LOST:
            sheet.text(first, 8, DASH, "grey value")
            first += 1
