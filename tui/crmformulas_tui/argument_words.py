"""The arguments of the formulas in Swedish words; in English it is the docstrings' words.

A help text is a sentence or two and then the shape of the range, which many arguments share.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmformulas.spreadsheet.cell_text import help_text
from crmformulas.translations import Lang

if TYPE_CHECKING:
    from crmformulas.catalog.formula import Formula
    from crmformulas.catalog.parameters import Parameter

__all__ = ["argument_text", "in_swedish", "unit_text"]

UNITS: dict[str, str] = {
    "currency units": "valuta",
    "customer id": "kund-id",
    "customers": "kunder",
    "date": "datum",
    "days": "dagar",
    "en or sv": "en eller sv",
    "factor (1 = unchanged)": "faktor (1 = oförändrat)",
    "fraction": "andel",
    "fraction (0.05 = 5 percentage points)": "andel (0,05 = 5 procentenheter)",
    "fraction per year": "andel per år",
    "number": "tal",
    "number above one": "tal över ett",
    "number above zero": "tal över noll",
    "number of orders": "antal köp",
    "orders per customer and year": "köp per kund och år",
    "score, 5 is best": "poäng, 5 är bäst",
    "text": "text",
    "whole number": "heltal",
    "years": "år",
}
"""What numbers count, by the English words."""

SHAPE = re.compile(r" ((?:Number or range|One number|Range|Table|Text or range)\b[^.]*\.)(?= |$)")
"""The sentence that says what may stand there."""

SHAPES: dict[str, str] = {
    "Number or range": "Tal eller område",
    "One number": "Ett tal",
    "Text or range": "Text eller område",
    "Range of n numbers": "Område med n tal",
    "Range of 4 numbers": "Område med 4 tal",
    "Range of numbers": "Område med tal",
    "Range of whole numbers": "Område med heltal",
    "Range of n labels": "Område med n namn",
    "Range of labels": "Område med namn",
    "Range of n ids": "Område med n id",
    "Range of ids": "Område med id",
    "Range of n dates, or of texts that read one way":
        "Område med n datum, eller texter som bara kan läsas på ett sätt",
    "Range of n dates": "Område med n datum",
    "Range of dates": "Område med datum",
    "Range of as many labels as shares": "Område med lika många namn som shares",
    "Range": "Område",
    "Table of 3 × 3 numbers": "Tabell med 3 × 3 tal",
    "Table of n × n or n × (n + 1)": "Tabell med n × n eller n × (n + 1)",
    "Table of (n + 2) × n or (n + 2) × (n + 1)": "Tabell med (n + 2) × n eller (n + 2) × (n + 1)",
    "Table of (n + 2) × (n + 1)": "Tabell med (n + 2) × (n + 1)",
    "Table": "Tabell",
}  # fmt: skip
"""Shapes, the longer ones first where one begins with another."""

LIMITS = (
    (r", each at most its total", ", vart och ett högst sitt total"),
    (r", each at most (\w+)", r", vart och ett högst \1"),
    (r"[,;] together with (\w+) at most (\w+)", r"; tillsammans med \1 högst \2"),
    (r", at most (\w+)", r", högst \1"),
    (r", at least (\w+)", r", minst \1"),
    (r"; in Python .*", ""),
)
"""What follows a shape."""

TEXTS: dict[str, str] = {
    "Orders per customer and year, at least 0.": "Köp per kund och år, minst 0.",
    "Revenue per order, in currency units.": "Omsättning per köp, i valutan.",
    "Years as a customer, at least 0.": "År som kund, minst 0.",
    "Share of the revenue that counts; 1 gives the value in revenue.":
        "Andel av omsättningen som räknas; 1 ger värdet i omsättning.",
    "Revenue per customer and year, in currency units.": "Omsättning per kund och år, i valutan.",
    "Share of customers who stay, a fraction per year.":
        "Andel av kunderna som är kvar, som andel per år.",
    "Fraction per year, above −1.": "Andel per år, över −1.",
    "How many years count: whole, at least 1. Without it all do.":
        "Hur många år som räknas: heltal, minst 1. Utan det räknas alla.",
    "Customer lifetime value of each tier, in currency units.":
        "Livstidsvärde för varje nivå, i valutan.",
    "Customers of each tier.": "Kunder i varje nivå.",
    "What they are compared with; the last of them unless given.":
        "Vad de jämförs med; det sista av dem om inget anges.",
    "How many moved.": "Hur många som flyttade.",
    "CLV of the tier they come from, in currency units; 0 for new and reactivated customers.":
        "CLV i nivån de kommer från, i valutan; 0 för nya och återvunna kunder.",
    "CLV of the tier they are in now; 0 for the lost.":
        "CLV i nivån där de är nu; 0 för förlorade.",
    "The earlier figure.": "Den tidigare siffran.",
    "The later figure, in the same unit.": "Den senare siffran, i samma enhet.",
    "Frequency, order value, duration and customers before.":
        "Köpfrekvens, snittköp, duration och kunder före.",
    "The same four afterwards.": "Samma fyra efteråt.",
    "Active customers when the period starts.": "Aktiva kunder när perioden börjar.",
    "How many of them are active in the period.": "Hur många av dem som är aktiva i perioden.",
    "How many of them are not active in the period.":
        "Hur många av dem som inte är aktiva i perioden.",
    "Years as a customer, at least 1.": "År som kund, minst 1.",
    "Former customers who came back in the period.":
        "Tidigare kunder som kom tillbaka i perioden.",
    "Customers who had been lost when the period began.":
        "Kunder som var förlorade när perioden började.",
    "Customers who bought for the first time.": "Kunder som köpte för första gången.",
    "Former customers who came back.": "Tidigare kunder som kom tillbaka.",
    "Customers of opening who are not active any more.":
        "Kunder i opening som inte längre är aktiva.",
    "Share of customers who stay today, a fraction per year.":
        "Andel av kunderna som är kvar i dag, som andel per år.",
    "By how much the retention rises, 0.05 being 5 percentage points.":
        "Hur mycket retentionen stiger; 0,05 är 5 procentenheter.",
    "Number of customers.": "Antal kunder.",
    "Share of the revenue that is left when the goods are paid for.":
        "Andel av omsättningen som är kvar när varorna är betalda.",
    "Revenue of the customers in the period before.": "Kundernas omsättning i perioden innan.",
    "What those of them who buy more now bring more.":
        "Vad de av dem som köper mer nu ger ytterligare.",
    "What those who buy less bring less.": "Vad de som köper mindre ger mindre.",
    "What those who left had brought; together with contraction at most opening_revenue.":
        "Vad de som försvann hade gett; tillsammans med contraction högst opening_revenue.",
    "Cost of keeping, in currency units: in all, or per customer.":
        "Kostnad för att behålla, i valutan: totalt eller per kund.",
    "Cost of acquiring, in currency units: in all, or per customer.":
        "Kostnad för att vinna, i valutan: totalt eller per kund.",
    "Customers who were kept for that cost; 1 if it is per customer.":
        "Kunder som behölls för kostnaden; 1 om den är per kund.",
    "Customers who were won for that cost; 1 if it is per customer.":
        "Kunder som vanns för kostnaden; 1 om den är per kund.",
    "Net revenue of each active customer, in currency units.":
        "Varje aktiv kunds nettoomsättning, i valutan.",
    "Share of the customers in each tier, most valuable first; fractions that add up to 1.":
        "Andel av kunderna i varje nivå, den värdefullaste först; andelar som blir 1 tillsammans.",
    "Name of each tier.": "Varje nivås namn.",
    "Tier of each customer in the period before. Customers who had none (new, reactivated, empty) "
    "are not in the matrix.":
        "Varje kunds nivå i perioden innan. Kunder utan nivå (nya, återvunna, tomt) är inte med i "
        "matrisen.",
    "Tier of the same customers now; who has none is lost.":
        "Samma kunders nivå nu; den som saknar nivå är förlorad.",
    "Names of the tiers, most valuable first.": "Nivåernas namn, den värdefullaste först.",
    "Names of the n tiers, most valuable first.": "De n nivåernas namn, den värdefullaste först.",
    "Language in which a spreadsheet shows the headers, en or sv. English unless given.":
        "Språket för rubrikerna, en eller sv. Engelska om inget anges.",
    "Language in which a spreadsheet shows the headers and the flows, en or sv. English unless "
    "given.": "Språket för rubriker och flöden, en eller sv. Engelska om inget anges.",
    "Language in which a spreadsheet shows the headers and notes, en or sv. English unless given.":
        "Språket för rubriker och anmärkningar, en eller sv. Engelska om inget anges.",
    "Language of the labels, en or sv. English unless given.":
        "Språket för namnen, en eller sv. Engelska om inget anges.",
    "Customers by tier before (rows) and tier now, or lost (columns).":
        "Kunder efter nivå innan (rader) och nivå nu, eller förlorade (kolumner).",
    "Customers by tier before (rows), reactivated and new (the last two rows), and by tier now and "
    "lost (columns).":
        "Kunder efter nivå innan (rader), återvunna och nya (de två sista raderna), och efter nivå "
        "nu och förlorade (kolumner).",
    "Their orders now, in the same places; of the lost none, so that their column may be left out.":
        "Deras köp nu, på samma platser; inga för förlorade, så deras kolumn kan utelämnas.",
    "Their net revenue now, in currency units; of the lost that of the year before.":
        "Deras nettoomsättning nu, i valutan; för förlorade den från året innan.",
    "CLV of each tier a year ago, in currency units.":
        "CLV för varje nivå för ett år sedan, i valutan.",
    "CLV of each tier today.": "CLV för varje nivå i dag.",
    "At which CLV the flows are valued: 1 that of today, 0 that of a year ago, 0.5 the mean of "
    "both.":
        "Vid vilket CLV flödena värderas: 1 dagens, 0 det för ett år sedan, 0,5 medelvärdet.",
    "Customers in each tier today.": "Kunder i varje nivå i dag.",
    "Share of each tier (rows) that goes to each tier (columns) in a year, as fractions; a last "
    "column for the lost may stand beside them.":
        "Andel av varje nivå (rader) som går till varje nivå (kolumner) på ett år; en sista kolumn "
        "för förlorade får stå bredvid.",
    "New and reactivated customers who come into each tier in a year.":
        "Nya och återvunna kunder som kommer in i varje nivå på ett år.",
    "How many years ahead, a whole number from 1 to 1000.":
        "Hur många år framåt, ett heltal från 1 till 1000.",
    "Number of orders of each customer.": "Varje kunds antal köp.",
    "The last step, a whole number from 1 to 1000. The largest count unless given.":
        "Sista steget, ett heltal från 1 till 1000. Det största antalet om inget anges.",
    "Customers with at least 1, 2, … n orders.": "Kunder med minst 1, 2, … n köp.",
    "Share that goes on from each step to the next, as fractions.":
        "Andel som går vidare från varje steg till nästa.",
    "New customers, each with one order.": "Nya kunder, vars och ens första köp.",
    "The share that is enough, a fraction.": "Andelen som räcker.",
    "The goal of each step, as fractions.": "Målet för varje steg, som andelar.",
    "Outcome of the year: rows new, continued, reactivated; columns customers, revenue, orders.":
        "Årets utfall: raderna nya, fortsatta, återvunna; kolumnerna kunder, omsättning, köp.",
    "Active customers when that year began, at least those who continued.":
        "Aktiva kunder när det året började, minst de fortsatta.",
    "Seven factors (recruitment; frequency and order value of new, continued and reactivated "
    "customers), or the outcome of the year before, as a table of 3 × 3, which gives them.":
        "Sju faktorer (rekrytering; köpfrekvens och snittköp för nya, fortsatta och återvunna), "
        "eller året innans utfall som tabell med 3 × 3, som ger dem.",
    "Share of the lost customers who come back, a fraction per year.":
        "Andel av de förlorade kunderna som kommer tillbaka, per år.",
    "Nine factors, 1 unless given (recruitment, retention, reactivation; frequency and order value "
    "of new, continued and reactivated customers).":
        "Nio faktorer, 1 om inget anges (rekrytering, retention, återvinning; köpfrekvens och "
        "snittköp för nya, fortsatta och återvunna kunder).",
    "The same for the year before.": "Samma för året innan.",
    "Outcome of the year, as for a budget.": "Årets utfall, som för en budget.",
    "Active customers when that year began.": "Aktiva kunder när det året började.",
    "Seven growth factors, or the outcome of the year before.":
        "Sju tillväxtfaktorer, eller året innans utfall.",
    "The revenue to reach, in currency units.": "Omsättningen som ska nås, i valutan.",
    "Name of the lever, or of several that are lifted by the same factor.":
        "Faktorns namn, eller namnen på flera som höjs lika mycket.",
    "Nine factors for the other levers, 1 unless given.":
        "Nio faktorer för de övriga, 1 om inget anges.",
    "Contacts who had signed up and not bought, and whose time to do so is over.":
        "Kontakter som anmält sig och inte köpt, och vars tid att göra det är över.",
    "How many of them made a first order within that time.":
        "Hur många av dem som gjorde ett första köp inom den tiden.",
    "Customers with at least one order (F1).": "Kunder med minst ett köp (F1).",
    "Customers with at least two (F2).": "Kunder med minst två (F2).",
    "Distinct contacts who were reached in the period.": "Olika kontakter som nåddes i perioden.",
    "All contacts.": "Alla kontakter.",
    "Customer id of each order.": "Varje köps kund-id.",
    "Day of each order. Orders of a customer on one day are one.":
        "Varje köps dag. En kunds köp på en dag är ett.",
    "Net revenue of the period, in currency units.": "Periodens nettoomsättning, i valutan.",
    "Orders of the period.": "Periodens köp.",
    "Customers with at least one of them.": "Kunder med minst ett av dem.",
    "Visitors of the period, each counted once.": "Periodens besökare, var och en räknad en gång.",
    "How many of them bought.": "Hur många av dem som köpte.",
    "Customers who answered.": "Kunder som svarade.",
    "Customers who were sent the campaign.": "Kunder som fick kampanjen.",
    "Revenue that would not have come without the campaign, in currency units; times the margin, "
    "for the return in profit.":
        "Omsättning som inte hade kommit utan kampanjen, i valutan; gånger marginalen, för "
        "avkastning i vinst.",
    "Cost of the campaign, in the same currency units, at least 0.":
        "Kampanjens kostnad, i samma valuta, minst 0.",
    "Value of the customer portfolio before, in currency units.":
        "Kundportföljens värde före, i valutan.",
    "Its value afterwards.": "Dess värde efteråt.",
    "What was invested in between, at least 0.": "Vad som investerades däremellan, minst 0.",
    "Spent with us, in currency units.": "Lagt hos oss, i valutan.",
    "Spent in the category with anyone, in the same period.":
        "Lagt i kategorin hos alla, i samma period.",
    "Answers 9 and 10.": "Svaren 9 och 10.",
    "Answers 7 and 8.": "Svaren 7 och 8.",
    "Answers 0 to 6.": "Svaren 0 till 6.",
    "Spent on winning customers, in currency units, at least 0.":
        "Kostnad för att vinna kunder, i valutan, minst 0.",
    "Customers won for it.": "Kunder som den vann.",
    "Customer lifetime value, in currency units per customer.":
        "Livstidsvärde, i valutan per kund.",
    "Acquisition cost, in currency units per new customer, at least 0.":
        "Kostnad för att vinna en kund, i valutan per ny kund, minst 0.",
    "Revenue per customer and year, at least 0.": "Omsättning per kund och år, minst 0.",
    "Share of the revenue that counts; 1 gives the payback in revenue.":
        "Andel av omsättningen som räknas; 1 ger återbetalningen i omsättning.",
    "Share of the customers who buy in such a period without a campaign, above 0: that of the same "
    "period a year before.":
        "Andel av kunderna som köper i en sådan period utan kampanj, över 0: den från samma period "
        "året innan.",
    "By how much the campaign raises it, 0.02 being 2 percentage points.":
        "Hur mycket kampanjen höjer den; 0,02 är 2 procentenheter.",
    "Share of the customers who are left alone, 0.5 unless given.":
        "Andel av kunderna som lämnas i fred, 0,5 om inget anges.",
    "How often the interval of the lift holds the true one: a fraction, 0.9 unless given.":
        "Hur ofta ökningens intervall rymmer den sanna: en andel, 0,9 om inget anges.",
    "How often such a lift is to be found: a fraction, 0.8 unless given.":
        "Hur ofta en sådan ökning ska hittas: en andel, 0,8 om inget anges.",
    "Customers who get the campaign.": "Kunder som får kampanjen.",
    "Customers who are left alone.": "Kunder som lämnas i fred.",
    "Treated customers who bought, of each stratum (customers alike before the campaign); one "
    "number if none were made.":
        "Kunder med kampanj som köpte, per stratum (kunder lika före kampanjen); ett tal om inga "
        "gjordes.",
    "Customers who were drawn to be treated, reached or not.":
        "Kunder som lottades att få kampanjen, nådda eller inte.",
    "Customers of the control group who bought.": "Kunder i kontrollgruppen som köpte.",
    "Customers who were drawn to be left alone.": "Kunder som lottades att lämnas i fred.",
    "How often the interval holds the true lift: a fraction, 0.9 unless given.":
        "Hur ofta intervallet rymmer den sanna ökningen: en andel, 0,9 om inget anges.",
    "Which share of the customers, highest revenue first, counts as the top: a fraction.":
        "Vilken andel av kunderna, högst omsättning först, som räknas som de främsta.",
    "Customer id of each row.": "Varje rads kund-id.",
    "Day of each row.": "Varje rads dag.",
    "Day of each row. The rows of a customer on one day are one order.":
        "Varje rads dag. En kunds rader på en dag är ett köp.",
    "Amount of each row, in currency units; returns are negative.":
        "Varje rads belopp, i valutan; returer är negativa.",
    "The day at which recency is told; later rows are left out. The newest day unless given.":
        "Dagen vid vilken tid sedan köp räknas; senare rader är inte med. Den senaste dagen om "
        "inget anges.",
    "Score of recency, 1 to 5, of which 5 is best.": "Poäng för recency, 1 till 5, där 5 är bäst.",
    "Score of frequency.": "Poäng för frekvens.",
    "Score of monetary value.": "Poäng för värde.",
    "How many of each total.": "Hur många av varje total.",
    "How many there were.": "Hur många det var.",
    "How often the interval holds the true rate: a fraction, 0.8 unless given.":
        "Hur ofta intervallet rymmer den sanna andelen: en andel, 0,8 om inget anges.",
    "How many of the first total.": "Hur många av den första totalen.",
    "How many of the other total, of other customers.":
        "Hur många av den andra totalen, av andra kunder.",
    "How many there were of them.": "Hur många de var.",
    "How often the interval holds the true difference: a fraction, 0.8 unless given.":
        "Hur ofta intervallet rymmer den sanna skillnaden: en andel, 0,8 om inget anges.",
    "Active customers when the period starts, of each tier.":
        "Aktiva kunder när perioden börjar, i varje nivå.",
    "How often the interval holds the true retention: a fraction, 0.8 unless given.":
        "Hur ofta intervallet rymmer den sanna retentionen: en andel, 0,8 om inget anges.",
    "Revenue per customer and year, of each tier.": "Omsättning per kund och år, i varje nivå.",
    "How often the interval holds the true CLV: a fraction, 0.8 unless given.":
        "Hur ofta intervallet rymmer det sanna livstidsvärdet: en andel, 0,8 om inget anges.",
    "Shape r of the rates at which customers buy.": "Formen r för hur ofta kunder köper.",
    "Scale of them, in days (or in the unit of last and age).":
        "Skalan för det, i dagar (eller i enheten för last och age).",
    "Scale of them, in days (or in the unit of the other times).":
        "Skalan för det, i dagar (eller i de andra tidernas enhet).",
    "First parameter of the probability to be gone after a purchase.":
        "Första parametern för sannolikheten att vara borta efter ett köp.",
    "Second parameter of it.": "Andra parametern för den.",
    "Purchase days after the first.": "Köpdagar efter den första.",
    "Days from the first purchase to the last.": "Dagar från första köpet till det senaste.",
    "Days from the first purchase to the day of the forecast.":
        "Dagar från första köpet till prognosens dag.",
    "Days ahead, 365 for a year.": "Dagar framåt, 365 för ett år.",
    "Shape of the values of a customer's orders.": "Formen för värdena av en kunds köp.",
    "Shape of the means over customers, above 1.": "Formen för medelvärdena över kunder, över 1.",
    "Scale of the means, in currency units.": "Skalan för medelvärdena, i valutan.",
    "Mean revenue of those, in currency units; any where there are none.":
        "Medelomsättning för dem, i valutan; vad som helst där det inte finns några.",
    "What it costs to keep, win back or recruit one customer, in currency units, a row for each "
    "way.":
        "Vad det kostar att behålla, vinna tillbaka eller värva en kund, i valutan, en rad för "
        "varje väg.",
    "Revenue per customer and year of those who came that way.":
        "Omsättning per kund och år för dem som kom den vägen.",
    "The share of them who stay, a fraction per year.": "Andelen av dem som är kvar, per år.",
    "The share of the revenue that counts, 1 unless given.":
        "Andelen av omsättningen som räknas, 1 om inget anges.",
    "Language in which a spreadsheet shows the headers and the rows, en or sv. English unless "
    "given.": "Språket för rubriker och rader, en eller sv. Engelska om inget anges.",
    "The last day that counts. The day of the newest order unless given.":
        "Sista dagen som räknas. Det senaste köpets dag om inget anges.",
}  # fmt: skip
"""What an argument is, without the shape of its range."""


def unit_text(parameter: Parameter, lang: Lang) -> str:
    """The unit of an argument's numbers, in the language of the screen."""
    unit = parameter.kind.unit
    return UNITS[unit] if lang == "sv" else unit


def argument_text(formula: Formula, parameter: Parameter, lang: Lang) -> str:
    """The description of an argument, in the language of the screen."""
    text = help_text(formula, parameter)
    return (in_swedish(text) or text) if lang == "sv" else text


def in_swedish(text: str) -> str | None:
    """A help text in Swedish; None where it is not put into it yet.

    Examples:
        >>> in_swedish("Orders of the period. Number or range, at most ``opening``.")
        >>> in_swedish("Orders of the period. Number or range.")
        'Periodens köp. Tal eller område.'
    """
    found = SHAPE.search(text)
    shape, said = "", text
    if found is not None:
        shape, said = found[1].removesuffix("."), text[: found.start()] + text[found.end() :]
    told = TEXTS.get(said.strip())
    if told is None:
        return None
    if not shape:
        return told
    name = next((one for one in SHAPES if shape.startswith(one)), "")
    after = shape[len(name) :]
    for pattern, words in LIMITS:
        after = re.sub(pattern, words, after)
    if re.search(r"[`A-Z]", after):
        return None
    return f"{told} {SHAPES[name]}{after}."
