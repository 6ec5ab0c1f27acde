"""The customer portfolio: what the customer base is worth, tier by tier, and how customers move.

The sheets calculate from one flow table. The report writes the same sheets from data of its own:
in this order, because each refers to those before it.
"""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.change import (
    EXAMPLE_CHANGE,
    PortfolioChange,
    write_change,
)
from crmformulas.excel.templates.portfolio.data import EXAMPLE, PortfolioData, write_flow_table
from crmformulas.excel.templates.portfolio.flow_values import write_flow_values
from crmformulas.excel.templates.portfolio.flows import write_flows
from crmformulas.excel.templates.portfolio.migration import write_migration
from crmformulas.excel.templates.portfolio.projection import write_projection
from crmformulas.excel.templates.portfolio.value import write_value
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.translations import Translated

__all__ = [
    "EXAMPLE",
    "EXAMPLE_CHANGE",
    "PortfolioChange",
    "PortfolioData",
    "write",
    "write_change",
    "write_flow_table",
    "write_flows",
    "write_migration",
    "write_portfolio",
    "write_projection",
    "write_value",
]

LINES = paragraphs("""
    Which customers carry the value, where do they move, and where does it lead?
        | Vilka kunder bär kundbasens värde, hur rör de sig, och vart leder det?
    Flow table: type customers, orders and revenue for every move between last year's value tier
        (F12) and this year's (S12). The command crmf summary counts them from a file of orders.
        | Flödestabell: fyll i kunder, antal köp och omsättning för varje flytt mellan fjolårets
        värdenivå (F12) och årets (S12). Kommandot crmf summary räknar fram dem ur en orderfil.
    You may also paste a whole flow table over its five columns: rows are found by the names of the
        tiers (and lost, reactivated, new), in any order. Clear the rows that are left.
        | Du kan också klistra in en hel flödestabell över de fem kolumnerna: raderna hittas på
        nivåernas namn (och förlorade, återvunna, nya), i valfri ordning. Töm rader som blir över.
    Rename the tiers to your own at the top left of that sheet; every other sheet follows.
        | Byt till egna namn på nivåerna längst upp till vänster på det bladet; alla andra blad
        följer med.
    Customer flows: opening, new, reactivated, lost and closing customers, and the tiers this year
        and last.
        | Kundflöden: ingående, nya, återvunna, förlorade och utgående kunder, och nivåerna i år och
        i fjol.
    Migration: from which tier to which, in customers and as a share. Read a row from left to right:
        where did this tier's customers go?
        | Migration: från vilken nivå till vilken, i kunder och som andel. Läs en rad från vänster
        till höger: vart tog nivåns kunder vägen?
    Portfolio: retention, duration, CLV, index and value of each tier. What is unknown is a dash,
        and the last row of the table says why.
        | Portfölj: retention, duration, livstidsintäkt (CLV), index och värde för varje nivå. Det
        som är okänt är ett streck, och tabellens sista rad säger varför.
    Projection: where the tiers stand in five years if customers go on moving as they did. Change
        the inflow of each year to test recruitment and win-back.
        | Prognos: var nivåerna står om fem år om kunderna fortsätter att röra sig som hittills.
        Ändra inflödet för varje år för att pröva rekrytering och återvinning.
    Before and after: type frequency, order value, duration and customers for two occasions, and see
        how much each driver brought.
        | Före och efter: fyll i köpfrekvens, intäkt per köp, duration och kunder vid två tillfällen
        och se hur mycket varje drivkraft bidrog med.
    Amounts are net revenue in the currency above, not margin. Values are expected revenue over the
        whole duration, not discounted.
        | Beloppen är nettoomsättning i valutan ovan, inte marginal. Värden är förväntad intäkt
        under hela durationen, utan diskontering.
""")

SOURCE = Translated(
    'The prefilled figures are the published ones of Elinder, "Dina nycklar till framgångsrikare '
    'CRM" (IRi, 2018): a real customer base of 101,811 active customers, and its example of a '
    "portfolio before and after.",
    "De förifyllda siffrorna är publicerade i Elinder, ”Dina nycklar till framgångsrikare CRM” "
    "(IRi, 2018): en verklig kundbas med 101 811 aktiva kunder, och dess exempel på en portfölj "
    "före och efter.",
)


def write(book: Book) -> None:
    """Write the template with its example."""
    book.guide(LINES, source=SOURCE)
    write_portfolio(book, EXAMPLE)
    write_change(book, EXAMPLE_CHANGE)


def write_portfolio(book: Book, data: PortfolioData) -> None:
    """Write the sheets that calculate from a flow table."""
    write_flow_table(book, data)
    write_flows(book, data)
    write_migration(book, data)
    write_value(book, data)
    write_flow_values(book, data)
    write_projection(book, data)
