"""F-ladder with goals: how many go on from each purchase, the tipping point and the bottleneck."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crmformulas.excel.templates.ladder.result import write_result
from crmformulas.excel.templates.ladder.steps import write_steps
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, entries, lines
from crmformulas.excel.workbook.named_formulas import paragraphs, resolve
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.formulas.ladder import GOALS
from crmformulas.translations import Translated

__all__ = ["EXAMPLE", "LadderGoals", "write", "write_ladder"]


@dataclass(frozen=True, slots=True)
class LadderGoals:
    """An F-ladder and what is wanted of it. None is unknown.

    Attributes:
        customers: With at least 1, 2, … n orders; None where the ladder ends.
        goals: Of the n − 1 steps from F1→F2, as fractions; without one the rate of now stands.
        days: Median days of those steps.
        contacts: Known contacts in all.
        without_order: Those of them who have not bought: F0.
        threshold: The share that makes a step the tipping point.
        new_customers: Of how many the extra orders are told.
        order_value: Average order value, to tell the extra orders in money.
    """

    customers: tuple[float | None, ...]
    goals: tuple[float | None, ...]
    days: tuple[float | None, ...]
    contacts: float | None = None
    without_order: float | None = None
    threshold: float = 0.5
    new_customers: float = 1000
    order_value: float | None = None


EXAMPLE = LadderGoals(
    # The example retailer, made up: 18 % buy again, a dip F3→F4, the tipping point at F6, and
    # 274 extra orders per 1 000 new customers. Days and order value are made up too.
    customers=(96_411, 17_546, 5_850, 1_745, 735, 328, 200),
    # RIM, "The Tipping Point" (newsletter article): 25, 31, 47, 63, 63, 63.7 %.
    goals=GOALS,
    days=(71, 64, 83, 77, 69, 58),
    contacts=128_600,
    without_order=32_189,
    order_value=1_100,
)


def write(book: Book) -> None:
    """The template, filled with the example."""
    book.guide(
        GUIDE, source=SOURCE, period=Translated("All orders to 31 Oct 2026", "Till 31 okt 2026")
    )
    write_ladder(book, EXAMPLE)


def write_ladder(book: Book, data: LadderGoals) -> None:
    """Inputs, steps and result. Keys begin with ``ladder.``, names with ``ladder_``."""
    data = _with_room(data)
    _inputs(book, data)
    write_steps(book, len(data.goals))
    write_result(book, with_goals=any(goal is not None for goal in data.goals))


def _with_room(data: LadderGoals) -> LadderGoals:
    """At least two steps: a range of one cell is no range for every program."""
    lack = (None,) * (3 - len(data.customers))
    return replace(
        data,
        customers=(*data.customers, *lack),
        goals=(*data.goals, *lack),
        days=(*data.days, *lack),
    )


GUIDE = paragraphs("""
    The F-ladder counts customers by their number of orders: F1 have made at least one, F2 at least
        two, and so on. F0 are known contacts who have not bought yet.
        | F-trappan räknar kunder efter antal köp: F1 har köpt minst en gång, F2 minst två, och så
        vidare. F0 är kända kontakter som inte har köpt än.
    Type your own counts on the sheet F-ladder inputs, in the coloured cells. They must not rise
        from one step to the next. The ladder ends at the first empty count.
        | Skriv in dina egna antal på bladet F-trappan indata, i de färgade cellerna. De får inte
        öka från ett steg till nästa. Trappan slutar vid det första tomma antalet.
    Set a goal for each step: the share of customers who should go on to the next one. Without a
        goal the step stays as it is.
        | Sätt ett mål för varje steg: andelen kunder som ska gå vidare till nästa. Utan mål står
        steget kvar som det är.
    Choose what makes a tipping point: 50 % means that a majority buys again without further effort.
        The first step that reaches it is marked ◀.
        | Välj vad som är en tipping point: 50 % betyder att en majoritet köper igen av sig själv.
        Det första steget som når dit märks med ◀.
    The sheet F-ladder steps follows the new customers up the ladder, at the rates of now and at
        your goals. What they order after the first order are the extra orders.
        | Bladet F-trappan steg följer de nya kunderna uppför trappan, med dagens andelar och med
        dina mål. Det de köper efter första köpet är merköpen.
    Gain of a step: the extra orders if only that step reached its goal. A step beyond its goal
        gains nothing; raise the goal if you want more of it.
        | Ett stegs vinst: merköpen om bara det steget nådde sitt mål. Ett steg som redan är över
        sitt mål ger ingen vinst; höj målet om du vill ha mer av det.
    The bottleneck is the step with the largest gain: where the next effort pays best.
        | Flaskhalsen är steget med störst vinst: där nästa insats lönar sig bäst.
    The gains of single steps don't add up to the gain of all: steps multiply.
        | Vinsterna av enskilda steg blir inte tillsammans vinsten av alla: stegen multipliceras.
    The sheet F-ladder result has the message, the figures now and at goal, and the charts. Average
        order value and median days are optional.
        | Bladet F-trappan resultat har budskapet, siffrorna nu och vid mål, och diagrammen.
        Snittköp och mediandagar är frivilliga.
    Young customers have had little time to buy again, so a fast-growing base looks weaker than it
        is. Compare with the same count a year ago before you judge.
        | Unga kunder har haft kort tid på sig att köpa igen, så en snabbväxande kundbas ser svagare
        ut än den är. Jämför med samma räkning i fjol innan du dömer.
""")

SOURCE = Translated(
    "The counts are those of an example retailer, made up. The goals 25, 31, 47, 63, 63 and "
    '63.7 % are from RIM, "The Tipping Point" (newsletter article): 411 extra orders.',
    "Antalen är en exempelhandlares, påhittade. Målen 25, 31, 47, 63, 63 och 63,7 % är från RIM, "
    '"The Tipping Point" (artikel i nyhetsbrev): 411 merköp.',
)


def _inputs(book: Book, data: LadderGoals) -> None:
    sheet = book.sheet(
        "F-ladder inputs | F-trappan indata",
        "Customers and goals | Kunder och mål",
        (34, 13, 16, 16, 60),
    )
    row = _assumptions(sheet, data)
    row = _counts(sheet, data, row + 1)
    sheet.page(row)


ASSUMPTIONS = lines("""
    contacts: count, label, optional, named ladder_contacts
        Known contacts | Kända kontakter
        | Everyone you can reach, customers or not. Optional.
        | Alla du kan nå, kunder eller inte. Frivilligt.
    without_order: count, label, optional, named ladder_without_order
        of them without an order (F0) | varav utan köp (F0)
        | Known contacts who have not bought yet. Optional.
        | Kända kontakter som inte har köpt än. Frivilligt.
    threshold: rate, label, setting, named ladder_threshold
        Threshold of the tipping point | Gräns för tipping point
        | The share of customers who go on that makes a step the tipping point.
        | Andelen som går vidare som gör ett steg till tipping point.
    new_customers: count, label, setting, named ladder_new_customers
        New customers | Nya kunder
        | The extra orders are told for this many new customers.
        | Merköpen räknas på så här många nya kunder.
    order_value: money, label, optional, named ladder_order_value
        Average order value | Snittköp
        | To tell the extra orders in money, in the currency of the first sheet. Optional.
        | För att räkna merköpen i pengar, i första bladets valuta. Frivilligt.
""")

COUNTS = lines("""
    customers: count, data, optional
        Customers | Kunder
        | Customers with at least this many orders, a number. Not more than the step before. The
        ladder ends at the first empty cell.
        | Kunder med minst så här många köp, ett antal. Inte fler än steget före. Trappan slutar vid
        den första tomma cellen.
    goals: rate, optional
        Goal | Mål
        | The share of these customers who should order once more, 0 to 100 %. Empty: as now.
        | Andelen av dessa kunder som ska köpa en gång till, 0 till 100 %. Tomt: som nu.
    days: days, data, optional
        Median days | Mediandagar
        | Days from this order to the next, in the middle case. Optional, shown by the step.
        | Dagar från detta köp till nästa, i mittfallet. Frivilligt, visas bredvid steget.
""")
HEADS = paragraphs("""
    Step | Steg
    Customers | Kunder
    Goal: share that goes on | Mål: andel som går vidare
    Median days to the next order | Mediandagar till nästa köp
""")

RISES = (
    'IF(NOT(ISNUMBER({above})),"",IF(NOT(ISNUMBER({here})),'
    '"the ladder ends here | trappan slutar här",'
    'IF({here}>{above},"▲ more than the step before | ▲ fler än steget före","")))'
)


def _assumptions(sheet: Sheet, data: LadderGoals) -> int:
    sheet.text(3, 0, Translated("What it is counted on", "Förutsättningar"), "heading")
    grid = Grid(sheet, 4, 1, ASSUMPTIONS, key="ladder.#")
    grid.label(0, 2)
    grid.write(lambda line, _: getattr(data, line))
    return 4 + len(ASSUMPTIONS)


def _counts(sheet: Sheet, data: LadderGoals, row: int) -> int:
    """A row a step: its customers, and goal and days of the step to the next."""
    sheet.text(row, 0, Translated("The ladder", "Trappan"), "heading")
    sheet.heads(row + 1, 0, HEADS)
    sheet.text(row + 1, 4, Translated("Check", "Kontroll"), "beside head")
    first, steps = row + 2, len(data.goals)
    for k in range(1, steps + 2):
        orders = Translated(
            f"F{k}: at least {k} order{'s' if k > 1 else ''}", f"F{k}: minst {k} köp"
        )
        sheet.text(first + k - 1, 0, orders)
    for j, (key, line) in enumerate(COUNTS.items(), 1):
        entries(sheet, first, j, line, getattr(data, key), key=f"ladder.{key}")
    customers = sheet.book["ladder.customers"]
    for k in range(1, steps + 1):
        here, above = customers.at(k).cell, customers.at(k - 1).cell
        rises = resolve(sheet, RISES.format(here=here, above=above))
        sheet.formula(first + k, 4, rises, "", "beside")
    sheet.book.places["ladder.checks"] = checks = sheet.place(first + 1, 4, first + steps)
    sheet.colour(checks, f'LEFT({checks.at(0).cell},1)="▲"', LOSS)
    return first + steps + 1
