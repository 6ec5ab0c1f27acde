"""The sheet of the customer portfolio with every flow by the tier it ends in, and what it is worth.

The first table is that of the sources, "Kundflöden": who is in each tier this year and where they
were last year. The second says what each flow is worth: its customers × what their CLV changed by.
"""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    NEW,
    REACTIVATED,
    PortfolioData,
    capital,
    moved,
    tier_cells,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import escape, resolve, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.formulas.migration import LOST
from crmformulas.orders.analysis.published_tables import (
    FLOW_NAMES,
    STAYED,
    flow_kind,
)
from crmformulas.orders.summary.flow_values import TRAPS
from crmformulas.translations import Translated, term

__all__ = ["draw_flow_values", "write_flow_values"]

WIDTHS = (34, 15, 13, 16, 15, 16, 16)

WORTH = lines("""
    new: signed money
        New | Nya
    upgrade: signed money
        Upgrades | Uppgraderingar
    reactivated: signed money
        Reactivated | Återvunna
    downgrade: signed money
        Downgrades | Nedgraderingar
    lost: signed money
        Lost | Förlorade
    total: signed money, total = SUM_OF([new:lost])
        All flows | Alla flöden
""")
"""What the flows of each kind are worth that change the value."""

DRAWN = lines("""
    labels: words, aside
        Label | Etikett
        = [flow_values.name.*]&" "&
        IF(ISNUMBER([flow_values.*]),SIGNED([flow_values.*],SHORT([flow_values.*])),DASH)
    gains: 0, aside = MAX(N([flow_values.*]),0)
        Gain | Upp
    losses: 0, aside = MIN(N([flow_values.*]),0)
        Loss | Ned
""")
"""What the bars draw, beside what is printed."""

FLOWS = lines("""
    flow: words, plain
        Flow | Flöde
    customers: count
        @customers
    orders: count
        @orders
    revenue: money
        @revenue
    per_customer: money = RATIO([revenue],[customers])
        Revenue per customer | Intäkt per kund
    each: signed money
        Change of CLV each | Ändrad livstidsintäkt per kund
    value: signed money
        Value of the flow | Flödets värde
""")
TOTAL = "total"
COUNTED = ("customers", "orders", "revenue")


def kind_of(data: PortfolioData, origin: str, target: str) -> str:
    """The kind of a flow: an upgrade, a downgrade, or what its origin or target says."""
    return flow_kind(origin, target, data.tiers)


def write_flow_values(book: Book, data: PortfolioData) -> Sheet:
    """The flows by the tier they end in, with subtotals, and the value of each."""
    sheet = book.sheet(
        "Flows by tier | Flöden per nivå",
        "Customer flows by tier, and their value | Kundflöden per nivå, och värdet",
        WIDTHS,
    )
    last = _flows(sheet, 29, data)
    _worth(sheet, 6, data)
    unknown = data.unknown_f12 or UNKNOWN
    write_message(sheet, 3, MESSAGE, "message", "flow_values.message", unknown=unknown)
    if data.f12_known:
        draw_flow_values(sheet, (5, 3), (450, 330))
    sheet.page(last + 1, breaks=[28])
    return sheet


def draw_flow_values(sheet: Sheet, at: tuple[int, int], size: tuple[int, int]) -> None:
    """Bars of the kinds of flow, gains and losses each in their colour, on any sheet."""
    book = sheet.book
    labels, gains, losses = (book[f"flow_values.{key}"] for key in ("labels", "gains", "losses"))
    pairs = (("gains", gains, GAIN), ("losses", losses, LOSS))
    series = [Series(DRAWN[key].label, place, colour) for key, place, colour in pairs]
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


NOTE = translated("""
    A flow is worth its customers × what their CLV changed by, at this year's CLV of each tier: new
    and reactivated bring that of their tier, the lost take it away.
    | Ett flöde är värt dess kunder × det deras livstidsintäkt ändrades med, med årets
    livstidsintäkt för varje nivå: nya och återvunna tillför sin nivås, förlorade tar bort den.
""")


def _flows(sheet: Sheet, row: int, data: PortfolioData) -> int:
    """The table of the sources, a block a tier; returns its last row."""
    blocks = dict.fromkeys(data.tiers, (*data.tiers, REACTIVATED, NEW)) | {LOST: data.tiers}
    items = []
    for target, origins in blocks.items():
        items += [*(_item(origin, target) for origin in origins), _item(target)]
    totals = (*(_item(target) for target in blocks), TOTAL)
    grid = Grid(sheet, row + 1, 0, FLOWS, (*items, TOTAL), across=True, totals=totals)
    grid.head()
    formulas: dict[str, dict[str, str]] = {key: {} for key in tuple(FLOWS)[1:]}
    for target, origins in blocks.items():
        for origin in origins:
            item = _item(origin, target)
            _call(grid, f"{origin}.{target}", item)
            for key, formula in _flow(sheet, grid, data, origin, target).items():
                formulas[key][item] = formula
        first, last = (escape(_item(origins[i], target)) for i in (0, -1))
        _call(grid, target, _item(target))
        for key in COUNTED:
            formulas[key][_item(target)] = f"SUM_OF([{key}@{first}:{last}])"
    _call(grid, "total", TOTAL)
    for key in COUNTED:
        parts = "+".join(f"[{key}@{escape(_item(tier))}]" for tier in data.tiers)
        formulas[key][TOTAL] = f"KNOWN({parts})"
    # The lost have no orders.
    del formulas["orders"][_item(LOST)]
    _subtotals(grid, data, totals)
    grid.write(formulas=formulas, leave=("flow",))
    return grid.place("flow", TOTAL).row


def _call(grid: Grid, name: str, item: str) -> None:
    """Name the cells of a row in the book."""
    for key in FLOWS:
        grid.sheet.book.places[f"flow_table.{name}.{key}"] = grid.place(key, item)


def _subtotals(grid: Grid, data: PortfolioData, totals: tuple[str, ...]) -> None:
    """The names of the subtotals, and what they and the lost have none of."""
    sheet, book = grid.sheet, grid.sheet.book
    for item in totals[:-1]:
        for key in ("each", "value"):
            place = grid.place(key, item)
            sheet.text(place.row, place.column, "", "total label")
    for tier, name in zip(data.tiers, tier_cells(book), strict=True):
        row = grid.place("flow", _item(tier)).row
        sheet.formula(row, 0, capital(name), "", "total label")
    lost = grid.place("orders", _item(LOST))
    sheet.formula(lost.row, 0, resolve(sheet, '"Lost | Förlorade"'), "", "total label")
    for origin in data.tiers:
        sheet.text(grid.place("orders", _item(origin, LOST)).row, lost.column, DASH, "grey value")
    sheet.value(lost.row, lost.column, None, "count", "total")
    words = Translated("Total active", "Totalt aktiva")
    sheet.text(grid.place("flow", TOTAL).row, 0, words, "total label")


def _item(*sides: str) -> str:
    """A row of the table: a flow, or of one side alone its subtotal; no two have the same name."""
    return ".".join(map(escape, sides))


def _flow(
    sheet: Sheet, grid: Grid, data: PortfolioData, origin: str, target: str
) -> dict[str, str]:
    """Write what a flow is called; returns its formulas."""
    book, kind = sheet.book, kind_of(data, origin, target)
    row = grid.place("flow", _item(origin, target)).row
    if origin in data.tiers:
        tier = capital(tier_cells(book)[data.tiers.index(origin)])
        before, after = book.translate(FLOW_NAMES[kind]).split("{}")
        sheet.formula(row, 0, f'"{before}"&{tier}&"{after}"', "", "plain")
    else:
        sheet.text(row, 0, FLOW_NAMES[kind])
    names = {"origin": _name(book, data, origin), "target": _name(book, data, target)}
    formulas = {key: data.told(moved(book, key, **names)) for key in COUNTED}
    if target == LOST:
        del formulas["orders"]
    if kind == STAYED:
        return formulas
    clv = [f"[portfolio.{escape(tier)}.clv]" for tier in (origin, target) if tier in data.tiers]
    by = {NEW: "{0}", REACTIVATED: "{0}", LOST: "-{0}"}.get(kind, "{1}-{0}").format(*clv)
    formulas["each"] = f"GUARD({','.join(clv)},{by})"
    # Nobody's flow is worth nothing, whatever the CLV would be.
    worth = "IF([customers]=0,0,GUARD([each],[customers]*[each]))"
    formulas["value"] = f"GUARD([customers],{worth})"
    return formulas


def _name(book: Contents, data: PortfolioData, side: str) -> str:
    """The name of a side of a flow, as formulas say it."""
    if side in data.tiers:
        return f'({tier_cells(book)[data.tiers.index(side)].full}&"")'
    return f'"{book.translate(term(side))}"'


def _worth(sheet: Sheet, row: int, data: PortfolioData) -> None:
    """The value of each kind of flow, from those of the flows; and what the bars draw of it."""
    places, kinds = sheet.book.places, tuple(WORTH)[:-1]
    sheet.heads(row - 1, 0, "Flow | Flöde; Value | Värde")
    grid = Grid(sheet, row, 1, WORTH, key="flow_values.#")
    grid.label(0)
    parts: dict[str, list[str]] = {kind: [] for kind in (*kinds, STAYED)}
    for origin in data.origins:
        for target in data.targets(origin):
            cell = f"flow_table.{escape(origin)}.{escape(target)}.value"
            parts[kind_of(data, origin, target)].append(f"[{cell}]")
    grid.write(formulas={kind: {"": f"KNOWN({'+'.join(parts[kind])})"} for kind in kinds})
    drawn = Grid(sheet, row, len(WIDTHS) + 4, DRAWN, kinds, across=True)
    for i, kind in enumerate(kinds, row):
        places[f"flow_values.name.{kind}"] = sheet.place(i, 0)
    for key in DRAWN:
        places[f"flow_values.{key}"] = drawn.all(key)
    drawn.write()
    for i, words in enumerate((NOTE, *TRAPS), row + len(WORTH) + 1):
        sheet.paragraph(i, 0, 1, words)


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
UNKNOWN = translated("""
    What the flows are worth is not known: the sheet of the portfolio says why
    | Vad flödena är värda är inte känt: bladet med portföljen säger varför
""")
