"""What each formula is for, in Swedish; in English it is the first line of its docstring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.translations import Lang

if TYPE_CHECKING:
    from crmformulas.catalog.formula import Formula

__all__ = ["SWEDISH", "found_by", "summary_of"]

SWEDISH: dict[str, str] = {
    "annual_value": "Omsättning per kund och år.",
    "clv": "Livstidsvärde: vad en kund väntas ge under hela durationen.",
    "clv_discounted": "Livstidsvärde där senare år räknas till nuvärde.",
    "portfolio_value": "Vad alla kunder tillsammans väntas ge.",
    "clv_index": "Hur många gånger så mycket som baskunden varje kund är värd.",
    "flow_value": "Vad ett kundflöde mellan två nivåer ger portföljen, eller tar från den.",
    "growth_rate": "Hur mycket något växte, som andel av vad det var.",
    "clv_bridge": "Hur mycket av portföljvärdets ändring varje drivkraft gav.",
    "retention": "Andel av kunderna vid periodens början som är kunder även vid dess slut.",
    "customer_duration": "Väntat antal år som kund när samma andel stannar varje år.",
    "churn": "Andel av kunderna vid periodens början som inte är kunder vid dess slut.",
    "retention_from_duration": "Den årliga retention som ger en viss duration.",
    "net_duration": "Duration när återvunna kunder räknas som kvar.",
    "reactivation_rate": "Andel av de tidigare kunderna som kom tillbaka.",
    "closing_customers": "Aktiva kunder vid periodens slut: kundflödenas balans.",
    "retention_gain": "Portföljvärde som tillkommer när fler kunder stannar.",
    "retention_profit": "Marginal som ökad retention tillför portföljvärdet.",
    "retention_gain_rate": "Hur många procent portföljvärdet stiger när fler kunder stannar.",
    "net_revenue_retention": "Omsättning nu från kunderna för ett år sedan, per omsättning då.",
    "keep_vs_acquire": "Hur många gånger mer en ny kund kostar än en som behålls.",
    "tier": "Varje kunds värdenivå: super 5 %, topp 15 %, mellan 50 %, botten 30 %.",
    "migration": "Vart kunderna i varje nivå tog vägen: till vilken nivå, eller förlorade.",
    "migration_rates": "Vilken andel av kunderna i varje nivå som gick vart.",
    "portfolio_bridge": "Vad som förde portföljen från värdet för ett år sedan till dagens, exakt.",
    "project_portfolio": "Kunder per nivå, år för år, om rörelserna och inflödet består.",
    "f_ladder": "Hur många kunder som gjort minst ett köp, minst två, och så vidare.",
    "step_rates": "Vilken andel av kunderna på varje steg som går vidare till nästa.",
    "extra_orders": "Hur många köp efter det första som ett antal nya kunder ger.",
    "tipping_point": "Trappans första steg därifrån tillräckligt många går vidare.",
    "step_gain": "Var flaskhalsen är: merköpen om bara det steget nådde sitt mål.",
    "budget": "Nästa års kunder, köp och omsättning, per segment och totalt.",
    "required_factor": "Den faktor med vilken en drivkraft, eller flera jämnt, når målet.",
    "subscriber_to_customer": "Andel av prenumeranterna som blev kunder.",
    "repeat_purchase_rate": "Andel av kunderna som har köpt mer än en gång.",
    "total_reach": "Andel av alla kontakter som nåddes.",
    "time_between_purchases": "Hur många dagar det går till nästa köp, i mitten.",
    "average_order_value": "Vad ett köp ger i medeltal.",
    "purchase_frequency": "Hur ofta en aktiv kund köper under en period, i medeltal.",
    "conversion_rate": "Andel av besökarna, eller andra presumtiva kunder, som köpte.",
    "response_rate": "Andel av dem som fick en kampanj som svarade.",
    "campaign_roi": "Kampanjens avkastning: vad den gav utöver kostnaden, som andel av den.",
    "romi": "Marknadsinvesteringens avkastning: värde utöver kostnaden, som andel av den.",
    "share_of_wallet": "Andel av vad kunder lägger i kategorin som de lägger hos oss.",
    "nps": "Net promoter score som andel: 0,3 är det som ofta skrivs 30.",
    "acquisition_cost": "Vad det kostar att vinna en kund (CAC).",
    "clv_to_cac": "Hur många gånger kostnaden för att vinna kunden som kunden ger tillbaka.",
    "payback_years": "Hur många år det tar innan kunden betalat vad den kostade att vinna.",
    "payback_months": "Hur många månader det tar innan kunden betalat vad den kostade att vinna.",
    "pareto_share": "Andel av omsättningen som kommer från de främsta 20 % av kunderna.",
    "rfm": "Varje kunds tid sedan köp, antal köp och omsättning, med poäng 1 till 5.",
    "rfm_segment": "Vad en kund kallas efter sina RFM-poäng.",
    "wilson": "Mellan vilka gränser en andel ligger, så långt slumpen räcker: Wilsons intervall.",
    "rate_difference": "Hur mycket högre en andel är än en annan, och vad slumpen kan ha gett.",
    "retention_interval": "Mellan vilka gränser retentionen ligger, så långt slumpen räcker.",
    "clv_interval": "Mellan vilka gränser livstidsvärdet ligger, så långt slumpen räcker.",
    "p_alive": "Sannolikheten att en kund fortfarande är det.",
    "p_buys": "Sannolikheten att en kund köper inom en period.",
    "expected_orders": "Köpdagar som väntas av en kund inom en period.",
    "expected_value": "Omsättning som väntas av kundens nästa köp.",
    "customer_status": "Varje kunds status och värdenivåer en viss dag.",
    "customer_flows": "Varifrån de senaste 12 månadernas kunder kom, och vart de förra gick.",
    "migration_matrix": "Hur många kunder som flyttat mellan varje par av nivåer på ett år.",
    "portfolio": "Vad kunderna i varje värdenivå är värda.",
    "order_ladder": "Hur många kunder som köpt en gång, två och så vidare, och går vidare.",
    "ltv_at_age": "Vad kunder har gett vid 3, 6, 12, 24 och 36 månaders ålder, i medeltal.",
    "first_year": "Vad nya kunder gör under tolv månader från första köpet, efter när de kom.",
    "flow_table": "Kundflöden som tabell: vilka som är i varje nivå, varifrån, och de förlorade.",
    "migration_table": "Kundmigration som tabell, med alla som är kvar i varje nivå.",
    "keep_or_acquire": "Vad en behållen, återvunnen och ny kund ger, och om det lönar sig.",
    "customer_development": "Hur varje segment utvecklats från ett år till nästa, och varför.",
    "sample_size": "Hur många kunder ett test behöver, med kontrollgrupp, för att visa en ökning.",
    "detectable_lift": "Den minsta ökning av andelen köpare som ett test av storleken kan visa.",
    "lift": "Hur många fler som köpte än som ändå hade gjort det, enligt en kontrollgrupp.",
    "lift_interval": "Mellan vilka gränser kampanjens ökning ligger, så långt slumpen räcker.",
    "btyd_fit": "De parametrar för MBG/NBD och gamma-gamma som passar köpen bäst, för en prognos.",
    "cohorts": "Vad kunder har gett efter månaden för första köpet, månad för månad.",
}


def summary_of(formula: Formula, lang: Lang) -> str:
    """What a formula is for, in the language of the screen; English where it is not put yet."""
    return SWEDISH.get(formula.name, formula.summary) if lang == "sv" else formula.summary


def found_by(query: str, lang: Lang) -> list[Formula]:
    """The formulas that a query finds, by the words of the screen's language, too.

    Args:
        query: Words; without any all formulas are found.
        lang: The language of the screen.
    """
    from crmformulas.catalog.formula import load
    from crmformulas.spreadsheet.completion import search

    matches = search(query)
    if lang != "sv" or not query.strip():
        return matches
    words = query.casefold().split()
    names = {formula.name for formula in matches}
    return matches + [
        formula
        for formula in load().values()
        if formula.name not in names
        and all(word in SWEDISH.get(formula.name, "").casefold() for word in words)
    ]
