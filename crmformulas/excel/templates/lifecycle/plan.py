"""Life-cycle plan: touchpoints and gaps, priorities, processes, contacts, and business cases.

Keys begin with ``plan.``, names with ``plan_``.
"""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.base import write_base
from crmformulas.excel.templates.lifecycle.cases import write_cases
from crmformulas.excel.templates.lifecycle.contact_plan import write_contacts
from crmformulas.excel.templates.lifecycle.data import Plan
from crmformulas.excel.templates.lifecycle.example import EXAMPLE
from crmformulas.excel.templates.lifecycle.factors import write_factors
from crmformulas.excel.templates.lifecycle.followup import write_followup
from crmformulas.excel.templates.lifecycle.phases import write_phases
from crmformulas.excel.templates.lifecycle.pilots import write_pilots
from crmformulas.excel.templates.lifecycle.priorities import write_priorities
from crmformulas.excel.templates.lifecycle.processes import write_processes
from crmformulas.excel.templates.lifecycle.ranking import write_ranking
from crmformulas.excel.templates.lifecycle.success import write_success
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.translations import Translated

__all__ = ["EXAMPLE", "write", "write_plan"]


def write(book: Book, plan: Plan = EXAMPLE) -> None:
    """The template, filled with the example."""
    book.guide(GUIDE, source=SOURCE)
    write_plan(book, plan)


def write_plan(book: Book, plan: Plan) -> None:
    """All sheets but the first; they refer to each other."""
    write_phases(book, plan)
    write_priorities(book, plan)
    write_processes(book, plan)
    write_contacts(book, plan)
    write_base(book, plan)
    write_cases(book, plan)
    write_ranking(book)
    write_factors(book)
    write_followup(book, plan)
    write_pilots(book, plan)
    write_success(book)


GUIDE = paragraphs("""
    Life cycle: go through the four phases and write, for each touchpoint, what you do today. A
        touchpoint without an activity that is running or planned is a gap, and counted.
        | Livscykel: gå igenom de fyra faserna och skriv vad ni gör i dag vid varje kontaktpunkt. En
        kontaktpunkt utan aktivitet som är igång eller planerad är en lucka, och räknas.
    Priorities: for each phase the focus of this year and of the next three, the target group, the
        goal, the owner, and the money. Success factors: mark yourselves in seven areas, beside what
        a study found of where the money goes and what makes success.
        | Prioriteringar: för varje fas fokus i år och på tre års sikt, målgrupp, mål, ansvarig och
        pengar. Framgångsfaktorer: sätt betyg på er själva i sju områden, bredvid vad en studie fann
        om vart pengarna går och vad som ger framgång.
    Processes: name, owner and purpose of each process in one list, and a sheet for each, with its
        dialogs over twelve weeks. Start week and number of weeks draw the bar; the bottom row shows
        silent weeks. Type results beside goals as they are measured.
        | Processer: namn, ansvarig och syfte för varje process i en lista, och ett blad för var och
        en, med dess dialoger över tolv veckor. Startvecka och antal veckor ritar stapeln; raden
        längst ned visar tysta veckor. Skriv utfallet bredvid målet när det är mätt.
    Contact plan: how many contacts each segment gets in each month, and what one costs.
        | Kontaktplan: hur många kontakter varje segment får i varje månad, och vad en kostar.
    Base figures: type the outcome of the last 12 months per segment, the opening customers, the
        reactivation rate and the growth, the same as in the customer development budget.
        | Utgångsläge: skriv utfallet de senaste 12 månaderna per segment, IB, återvinningsgraden
        och tillväxten, samma som i kundutvecklingsbudgeten.
    Business cases: one row per activity. Choose its phase and the one budget lever it moves. If an
        activity moves two levers, give it two rows and split its cost.
        | Business case: en rad per aktivitet. Välj fas och den budgetfaktor som aktiviteten lyfter.
        Lyfter den två faktorer får den två rader, med kostnaden delad.
    Lift says by how much the lever rises for a customer who is reached, against a control group if
        you have one; share reached, how many of the segment that is. Lift × share is what the whole
        segment's lever rises by.
        | Lyftet säger hur mycket faktorn ökar för en kund som nås, helst mot en kontrollgrupp;
        andelen som nås, hur stor del av segmentet det är. Lyft × andel är det som hela segmentets
        faktor ökar med.
    Portfolio value is next year's revenue × duration × margin (for each segment CLV × customers). A
        case adds the value with its lever raised alone, minus the value without. ROMI = (added
        value − cost) / cost. With margin 100 % the value is in revenue; type your contribution
        margin on Base figures to get the return in profit.
        | Portföljvärdet är nästa års omsättning × duration × marginal (för varje segment CLV ×
        kunder). Ett case tillför värdet när bara dess faktor lyfts, minus värdet utan lyft. ROMI =
        (tillfört värde − kostnad) / kostnad. Med marginal 100 % räknas värdet i omsättning; skriv
        er täckningsgrad på Utgångsläge för avkastningen i vinst.
    Ranking: read which activities to do first. Choose there whether ROMI or added value decides the
        order; what the activities cost and add is also summed from the top. Budget factors: type
        the nine factors into your own scenario, on the sheet Scenarios of the customer development
        budget. Its revenue will be the one shown here.
        | Rangordning: se vilka aktiviteter som ska göras först. Välj där om ROMI eller tillfört
        värde avgör; kostnad och värde summeras också uppifrån och ned. Budgetfaktorer: skriv in de
        nio faktorerna i ert eget scenario, på bladet Scenarier i kundutvecklingsbudgeten.
        Omsättningen blir den som visas här.
    Follow-up: fill in lift, share and cost as they turned out, when an activity has been measured;
        leave the rest empty. Goal and actual are compared for what is measured. Pilots: where an
        activity is tried first, with what control group, how it was judged technically,
        communicatively and organisationally, and what is decided.
        | Uppföljning: fyll i lyft, andel och kostnad som de blev, när en aktivitet är mätt; lämna
        resten tomt. Mål och utfall jämförs för det som är mätt. Piloter: var en aktivitet prövas
        först, med vilken kontrollgrupp, hur den bedömdes tekniskt, kommunikativt och
        organisatoriskt, och vad som beslutas.
""")

SOURCE = Translated(
    "Prefilled base figures: outcome, opening customers and reactivation rate as published in "
    "Elinder, “Dina nycklar till framgångsrikare CRM” (IRi, 2018); growth from its outcome to its "
    "Budget 1. Touchpoints, dialogs, activities, lifts and costs are an illustration: a retailer "
    "of durable goods.",
    "Förifyllt utgångsläge: utfall, IB och återvinningsgrad som de är publicerade i Elinder, ”Dina "
    "nycklar till framgångsrikare CRM” (IRi, 2018); tillväxt från dess utfall till dess Budget 1. "
    "Kontaktpunkter, dialoger, aktiviteter, lyft och kostnader är en illustration: en butikskedja "
    "för sällanköpsvaror.",
)
