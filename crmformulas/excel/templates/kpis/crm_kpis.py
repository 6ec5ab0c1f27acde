"""CRM key figures month by month, with targets, lights, and lifetime value at fixed ages."""

from __future__ import annotations

from crmformulas.excel.templates.kpis.dashboard import write_dashboard
from crmformulas.excel.templates.kpis.data import EXAMPLE, KPIS, Cohort, KpiData, Ltv, Series
from crmformulas.excel.templates.kpis.inputs import write_inputs, write_ltv_inputs
from crmformulas.excel.templates.kpis.months import write_ltv, write_months
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.translations import Translated

__all__ = ["EXAMPLE", "KPIS", "Cohort", "KpiData", "Ltv", "Series", "write", "write_kpis"]


def write(book: Book) -> None:
    """The template, filled with the example."""
    period = Translated("24 months to October 2026", "24 månader till oktober 2026")
    book.guide(GUIDE, source=SOURCE, period=period)
    write_kpis(book, EXAMPLE)


def write_kpis(book: Book, data: KpiData) -> None:
    """Inputs, months, cohorts and dashboard; the sheets of cohorts only where they are known."""
    write_inputs(book, data)
    if data.ltv is not None:
        write_ltv_inputs(book, data.ltv)
    write_months(book, data)
    if data.ltv is not None:
        write_ltv(book, data.ltv)
    write_dashboard(book, data)


GUIDE = paragraphs("""
    Begin with the last sheet, Dashboard: a line for each key figure, with its latest value, its
        change in a year, its target and a light.
        | Börja med sista bladet, Översikt: en rad för varje nyckeltal, med senaste värdet,
        ändringen på ett år, målet och ett ljus.
    The lights read without colour: ▲ is at its target, ● near it, ▼ misses it.
        | Ljusen går att läsa utan färg: ▲ når målet, ● är nära det, ▼ missar det.
    Set your targets on the sheet KPI inputs, and how near is near. For time between purchases a
        lower figure is better.
        | Sätt dina mål på bladet Nyckeltal indata, och hur nära som är nära. För tid mellan köp är
        en lägre siffra bättre.
    Type the first month and the counts of 24 months below. The last 12 are shown; the 12 before are
        what they are compared with.
        | Skriv in första månaden och antalen för 24 månader nedanför. De 12 sista visas; de 12 före
        är det de jämförs med.
    Each month: change the first month to the next, move the counts up a row, and type the new ones
        in the last row.
        | Varje månad: ändra första månaden till nästa, flytta upp antalen en rad, och skriv in de
        nya på sista raden.
    Leave a cell empty where you don't know. What follows from it is –, never 0.
        | Lämna en cell tom där du inte vet. Det som följer av den är –, aldrig 0.
    A month is compared with the same month a year before, in percentage points, because the season
        would hide the change from one month to the next.
        | En månad jämförs med samma månad året före, i procentenheter, eftersom säsongen skulle
        dölja ändringen från en månad till nästa.
    LTV inputs: for each month of first orders, the customers who have reached each age, and their
        net revenue up to it.
        | LTV indata: för varje månad av första köp, kunderna som nått varje ålder, och deras
        nettoomsättning fram till den.
    The sheet LTV has the revenue per customer. Only customers who have reached an age count at that
        age, so a good month of recruitment doesn't lower it.
        | Bladet LTV har omsättningen per kund. Bara kunder som nått en ålder räknas vid den, så en
        bra månad för rekryteringen sänker den inte.
    Counts are worth more than shares: they add up, and show how much a share rests on.
        | Antal är mer värda än andelar: de går att summera, och visar vad en andel vilar på.
""")

SOURCE = Translated(
    "All prefilled figures and targets are those of an example retailer, made up.",
    "Alla ifyllda siffror och mål är en exempelhandlares, påhittade.",
)
