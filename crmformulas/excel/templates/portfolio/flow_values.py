"""The sheet of the customer portfolio with every flow by the tier it ends in, and what it is worth.

The first table is that of the sources, "Kundflöden": who is in each tier this year and where they
were last year. The second says what each flow is worth: its customers × what their CLV changed by.
"""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    moved,
    tier_name,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, guard, ratio, short, signed
from crmformulas.excel.workbook.named_formulas import both, tell
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.formulas.migration import LOST
from crmformulas.orders.analysis.published_tables import (
    DOWNGRADE,
    FLOW_NAMES,
    STAYED,
    UPGRADE,
    flow_kind,
)
from crmformulas.orders.summary.flow_values import TRAPS
from crmformulas.translations import Label, Translated, term

__all__ = ["KINDS", "draw_flow_values", "write_flow_values"]

WIDTHS = (34, 15, 13, 16, 15, 16, 16)

KINDS: tuple[tuple[str, Label], ...] = (
    (NEW, Translated("New", "Nya")),
    (UPGRADE, Translated("Upgrades", "Uppgraderingar")),
    (REACTIVATED, Translated("Reactivated", "Återvunna")),
    (DOWNGRADE, Translated("Downgrades", "Nedgraderingar")),
    (LOST, Translated("Lost", "Förlorade")),
)
"""The kinds of flow that change the value, with their labels."""

COLUMNS = (
    ("customers", term("customers"), "count"),
    ("orders", term("orders"), "count"),
    ("revenue", term("revenue"), "money"),
)


def kind_of(data: PortfolioData, origin: str, target: str) -> str:
    """What a flow is: an upgrade, a downgrade, or what its origin or target says."""
    return flow_kind(origin, target, data.tiers)


def write_flow_values(book: Book, data: PortfolioData) -> Sheet:
    """The flows by the tier they end in, with subtotals, and the value of each."""
    sheet = book.sheet(
        Translated("Flows by tier", "Flöden per nivå"),
        Translated("Customer flows by tier, and their value", "Kundflöden per nivå, och värdet"),
        WIDTHS,
    )
    values = _kinds(sheet, 6)
    last = _flows(sheet, 29, data)
    _sums(sheet, values, data)
    _drawn(sheet, values.row)
    unknown = data.unknown_f12 or UNKNOWN
    tell(sheet, 3, MESSAGE, "message", "flow_values.message", unknown=unknown)
    if data.f12_known:
        draw_flow_values(sheet, (5, 3), (520, 330))
    sheet.xl.set_h_pagebreaks([28])
    sheet.freeze(3, 1)
    sheet.print_columns(6, last + 1)
    return sheet


def draw_flow_values(sheet: Sheet, at: tuple[int, int], size: tuple[int, int]) -> None:
    """Bars of the kinds of flow, gains and losses each in their colour, on any sheet."""
    book = sheet.book
    labels, gains, losses = (book[f"flow_values.{key}"] for key in ("labels", "gains", "losses"))
    series = [
        Series(book.translate(Translated("Gain", "Upp")), gains, GAIN),
        Series(book.translate(Translated("Loss", "Ned")), losses, LOSS),
    ]
    chart(
        sheet,
        at,
        "bar",
        book["flow_values.message"],
        labels,
        series,
        stacked=True,
        legend=False,
        axis=False,
        labels_low=True,
        size=size,
    )


def _drawn(sheet: Sheet, row: int) -> None:
    """What the bars draw, beside what is printed."""
    column = len(WIDTHS) + 4
    for j, key in enumerate(("labels", "gains", "losses")):
        sheet.book.places[f"flow_values.{key}"] = sheet.place(row, column + j, row + len(KINDS) - 1)
    for i, (_, label) in enumerate(KINDS):
        cell = sheet.place(row + i, 1).cell
        figure = f'IF(ISNUMBER({cell}),{signed(cell, short(cell))},"{DASH}")'
        name = sheet.book.translate(label)
        sheet.formula(row + i, column, f'"{name} "&{figure}', "", "aside")
        sheet.formula(row + i, column + 1, f"MAX(N({cell}),0)", "0", "aside")
        sheet.formula(row + i, column + 2, f"MIN(N({cell}),0)", "0", "aside")


NOTE = both("""
    A flow is worth its customers × what their CLV changed by, at this year's CLV of each tier: new
    and reactivated bring that of their tier, the lost take it away.
    | Ett flöde är värt dess kunder × det deras livstidsintäkt ändrades med, med årets
    livstidsintäkt för varje nivå: nya och återvunna tillför sin nivås, förlorade tar bort den.
""")


def _kinds(sheet: Sheet, row: int) -> CellRange:
    """Where the value of each kind of flow will stand; its formulas are written last."""
    sheet.heads(row - 1, 0, (Translated("Flow", "Flöde"), Translated("Value", "Värde")))
    for i, (_, label) in enumerate(KINDS):
        sheet.text(row + i, 0, label)
    sheet.text(row + len(KINDS), 0, Translated("All flows", "Alla flöden"), "total label")
    sheet.paragraph(row + len(KINDS) + 2, 0, 1, NOTE)
    for i, trap in enumerate(TRAPS, 3):
        sheet.paragraph(row + len(KINDS) + i, 0, 1, trap)
    return sheet.place(row, 1, row + len(KINDS) - 1)


def _flows(sheet: Sheet, row: int, data: PortfolioData) -> int:
    """The table of the sources, a block a tier; returns its last row."""
    heads = (
        Translated("Flow", "Flöde"),
        *(label.capitalize() for _, label, _ in COLUMNS if isinstance(label, Translated)),
        Translated("Revenue per customer", "Intäkt per kund"),
        Translated("Change of CLV each", "Ändrad livstidsintäkt per kund"),
        Translated("Value of the flow", "Flödets värde"),
    )
    sheet.heads(row, 0, heads)
    r = row + 1
    for j, target in enumerate(data.tiers):
        order = (*data.tiers, REACTIVATED, NEW)
        first = r
        for origin in order:
            _flow(sheet, r, data, origin, target)
            r += 1
        _subtotal(
            sheet, r, sheet.place(first, 1, r - 1), tier_name(sheet.book, j, capital=True), target
        )
        r += 1
    first = r
    for origin in data.tiers:
        _flow(sheet, r, data, origin, LOST)
        r += 1
    lost = f'"{sheet.book.translate(Translated("Lost", "Förlorade"))}"'
    _subtotal(sheet, r, sheet.place(first, 1, r - 1), lost, LOST)
    r += 1
    sheet.text(r, 0, Translated("Total active", "Totalt aktiva"), "total label")
    for j, (column, _, kind) in enumerate(COLUMNS, 1):
        parts = [sheet.book[f"flow_table.{tier}.{column}"].cell for tier in data.tiers]
        sheet.formula(
            r,
            j,
            guard(parts, "+".join(parts)),
            kind,
            "total",
            key=f"flow_table.total.{column}",
        )
    revenue, people = sheet.place(r, 3).cell, sheet.place(r, 1).cell
    sheet.formula(
        r, 4, ratio(revenue, people), "money", "total", key="flow_table.total.per_customer"
    )
    return r


def _flow(sheet: Sheet, row: int, data: PortfolioData, origin: str, target: str) -> None:
    book, kind = sheet.book, kind_of(data, origin, target)
    key = f"flow_table.{origin}.{target}"
    if origin in data.tiers:
        tier = tier_name(book, data.tiers.index(origin), capital=True)
        before, after = book.translate(FLOW_NAMES[kind]).split("{}")
        sheet.formula(row, 0, f'"{before}"&{tier}&"{after}"', "", "plain")
    else:
        sheet.text(row, 0, FLOW_NAMES[kind])
    names = {
        "origin": _name(book, data, origin),
        "target": _name(book, data, target),
    }
    for j, (column, _, shown) in enumerate(COLUMNS, 1):
        if target == LOST and column == "orders":
            sheet.text(row, j, DASH, "grey value")
            continue
        formula = data.told(moved(book, column, **names))
        sheet.formula(row, j, formula, shown, key=f"{key}.{column}")
    people, revenue = sheet.place(row, 1).cell, sheet.place(row, 3).cell
    sheet.formula(row, 4, ratio(revenue, people), "money", key=f"{key}.per_customer")
    if kind == STAYED:
        return
    clv = [book[f"portfolio.{tier}.clv"].full for tier in (origin, target) if tier in data.tiers]
    by = {NEW: "{0}", REACTIVATED: "{0}", LOST: "-{0}"}.get(kind, "{1}-{0}").format(*clv)
    each = sheet.formula(row, 5, guard(clv, by), "signed money", key=f"{key}.each").cell
    # Nobody's flow is worth nothing, whatever the CLV would be.
    worth = f"IF({people}=0,0,{guard([each], f'{people}*{each}')})"
    sheet.formula(row, 6, guard([people], worth), "signed money", key=f"{key}.value")


def _name(book: Contents, data: PortfolioData, side: str) -> str:
    """How formulas say the name of a side of a flow."""
    if side in data.tiers:
        return f'({book["tier.names"].at(data.tiers.index(side)).full}&"")'
    return f'"{book.translate(term(side))}"'


def _subtotal(sheet: Sheet, row: int, block: CellRange, name: str, key: str) -> None:
    sheet.formula(row, 0, name, "", "total label")
    rows = block.last_row - block.row + 1
    for j, (column, _, kind) in enumerate(COLUMNS, 1):
        if key == LOST and column == "orders":
            sheet.value(row, j, None, kind, "total")
            continue
        cells = sheet.place(block.row, j, block.last_row).cell
        formula = f'IF(COUNT({cells})={rows},SUM({cells}),"{DASH}")'
        sheet.formula(row, j, formula, kind, "total", key=f"flow_table.{key}.{column}")
    revenue, people = sheet.place(row, 3).cell, sheet.place(row, 1).cell
    sheet.formula(
        row, 4, ratio(revenue, people), "money", "total", key=f"flow_table.{key}.per_customer"
    )
    for j in (5, 6):
        sheet.text(row, j, "", "total label")


def _sums(sheet: Sheet, values: CellRange, data: PortfolioData) -> None:
    """The value of each kind of flow, from those of the flows."""
    book = sheet.book
    for i, (kind, _) in enumerate(KINDS):
        cells = [
            book[f"flow_table.{origin}.{target}.value"].cell
            for origin in data.origins
            for target in data.targets(origin)
            if kind_of(data, origin, target) == kind
        ]
        formula = guard(cells, "+".join(cells))
        sheet.formula(values.row + i, 1, formula, "signed money", key=f"flow_values.{kind}")
    parts = values.cell
    whole = f'IF(COUNT({parts})={len(KINDS)},SUM({parts}),"{DASH}")'
    sheet.formula(values.last_row + 1, 1, whole, "signed money", "total", key="flow_values.total")


MESSAGE = """
    COUNT({up},{down},[flow_values.lost],[flow_values.total])=4
        → All flows together are worth {whole}: moves between the tiers {moves}, the lost {lost}
        | Alla flöden tillsammans är värda {whole}: flyttar mellan nivåerna {moves}, de förlorade
        {lost}
    {unknown}
    where up = [flow_values.upgrade]
    where down = [flow_values.downgrade]
    where whole = SIGNED([flow_values.total],AMOUNT([flow_values.total]))
    where moves = SIGNED(({up}+{down}),AMOUNT(({up}+{down})))
    where lost = AMOUNT([flow_values.lost])
"""
UNKNOWN = both("""
    What the flows are worth is not known: the sheet of the portfolio says why
    | Vad flödena är värda är inte känt: bladet med portföljen säger varför
""")
