"""The customer development budget: outcome, development, Budget 1 and simulated Budget 2.

Each step has its sheet, in the order of the method. The scenarios stand side by side on a sheet
before Budget 2; the target follows it.
"""

from __future__ import annotations

from crmformulas.excel.templates.budget.data import EXAMPLE, BudgetData
from crmformulas.excel.templates.budget.growth import write_development
from crmformulas.excel.templates.budget.levers import write_target
from crmformulas.excel.templates.budget.scenarios import write_budget_2, write_scenarios
from crmformulas.excel.templates.budget.steps import write_budget_1, write_outcome
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.translations import Translated

__all__ = ["write", "write_budget"]

NEXT_YEAR = Translated("the next 12 months", "de kommande 12 månaderna")

GUIDE = paragraphs("""
    The budget has four steps: 1 Outcome, 2 Development, 3 Budget 1 and 4 Budget 2. Fill in the
        coloured cells sheet by sheet; all else is calculated.
        | Budgeten har fyra steg: 1 Utfall, 2 Utveckling, 3 Budget 1 och 4 Budget 2. Fyll i de
        färgade cellerna blad för blad; allt annat räknas fram.
    1 Outcome: type customers, revenue and number of orders of the last 12 months (S12) for new,
        continued and reactivated customers, and the active customers at the opening.
        | 1 Utfall: skriv kunder, omsättning och antal köp för de senaste 12 månaderna (S12) för
        nya, fortsatt aktiva och återvunna kunder, samt aktiva kunder vid IB.
    2 Development: type the 12 months before (F12) and the growth follows; or type growth factors of
        your own, which go first. The reactivation rate stands there too.
        | 2 Utveckling: skriv de föregående 12 månaderna (F12), så följer tillväxten; eller skriv
        egna tillväxtfaktorer, som går före. Där finns även återvinningsgraden.
    3 Budget 1 is next year if the growth goes on and retention stays: nothing to fill in.
        | 3 Budget 1 är nästa år om tillväxten fortsätter och retentionen består. Inget fylls i.
    Scenarios: nine simulation factors for each of three named scenarios and your own, beside the
        growth of each. 100 % is as in Budget 1, 110 % is ten per cent more.
        | Scenarier: nio simuleringsfaktorer för vart och ett av tre namngivna scenarier och ditt
        eget, bredvid tillväxten. 100 % är som i Budget 1, 110 % är tio procent mer.
    Below them, type what lifting each lever costs, and your margin: the result after cost, and
        which scenario leaves most, follow. A lever that is lifted is not free.
        | Under dem skriver du vad det kostar att lyfta varje faktor, och din marginal: resultatet
        efter kostnad följer, och vilket scenario som lämnar mest. Ett lyft är inte gratis.
    4 Budget 2: choose a scenario from the list, and read it in full beside Budget 1 and the
        outcome. Its first line is the message.
        | 4 Budget 2: välj ett scenario ur listan och läs det i sin helhet bredvid Budget 1 och
        utfallet. Dess första rad är budskapet.
    Its charts stand below it: revenue by segment for each scenario, and how the customers move,
        with the message in the title.
        | Diagrammen står under: omsättning per segment för varje scenario, och hur kunderna rör
        sig, med budskapet i rubriken.
    Target: type the revenue you want, or growth such as +20 %. You see the gap, and for each lever
        the factor with which it alone reaches the target.
        | Mål: skriv den omsättning du vill nå, eller tillväxt som +20 %. Du ser gapet, och för
        varje faktor det värde med vilket den ensam når målet.
    A dash (–) is a figure that is not known or can't be. The line under a sheet's title tells what
        is lacking: ● is fine, ▲ is worth a look, ▼ must be mended.
        | Ett streck (–) är en siffra som inte är känd eller inte är möjlig. Raden under bladets
        rubrik säger vad som fattas: ● är bra, ▲ är värt en titt, ▼ måste rättas.
""")

SOURCE = Translated(
    "Prefilled figures: Elinder, “Dina nycklar till framgångsrikare CRM” (IRi, 2018): outcome, "
    "growth, reactivation rate, target and the three scenarios as published; F12 in whole numbers "
    "that give the published growth.",
    "Förifyllda siffror: Elinder, ”Dina nycklar till framgångsrikare CRM” (IRi, 2018): utfall, "
    "tillväxt, återvinningsgrad, mål och de tre scenarierna som publicerade; F12 i heltal som ger "
    "den publicerade tillväxten.",
)


def write(book: Book) -> None:
    """Write the template, filled with the published example."""
    book.guide(GUIDE, source=SOURCE, budget=NEXT_YEAR)
    write_budget(book, EXAMPLE)


def write_budget(book: Book, data: BudgetData) -> None:
    """Write the sheets of the budget, in the order in which they are read.

    The book has its first sheet already: ``company``, ``period`` and ``currency`` are needed,
    and ``budget_period``.
    """
    write_outcome(book, data)
    write_development(book, data)
    write_budget_1(book)
    write_scenarios(book, data)
    write_budget_2(book, data)
    write_target(book, data)
