"""The summary of each formula in Swedish; in English it is the words of its docstring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.translations import Lang

if TYPE_CHECKING:
    from crmformulas.catalog.formula import Formula

__all__ = ["EQUATIONS", "SWEDISH", "equation_of", "found_by", "summary_of"]

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


EQUATIONS: dict[str, str] = {
    "annual_value": "årsvärde = frekvens × ordervärde",
    "clv": "CLV = frekvens × ordervärde × duration × marginal",
    "clv_discounted": (
        "CLV = Σ årsvärde × (retention / (1 + kalkylränta))^t,  t = 0, 1, …, antal år − 1"
    ),
    "portfolio_value": "portföljvärde = Σ CLV × kunder",
    "clv_index": "index = CLV / basen",
    "flow_value": "värde = kunder × (CLV för nivån de är i nu − CLV för nivån de var i)",
    "growth_rate": "tillväxt = efter / före − 1",
    "clv_bridge": "andel_i = (efter_i − före_i) × ∫₀¹ Π_{j≠i} (före_j + s (efter_j − före_j)) ds",
    "retention": "retention = kvar / IB",
    "customer_duration": "duration = 1 / (1 − retention)",
    "churn": "churn = förlorade / IB = 1 − retention",
    "retention_from_duration": "retention = 1 − 1 / duration",
    "net_duration": "nettoduration = 1 / (1 − (fortsatta + återvunna) / IB)",
    "reactivation_rate": "återvinningsgrad = återvunna / f.d. kunder",
    "closing_customers": "UB = IB + nya + återvunna − förlorade",
    "retention_gain": (
        "vinst = årsvärde × kunder × (1 / (1 − (retention + ökning)) − 1 / (1 − retention))"
    ),
    "retention_profit": (
        "vinst = årsvärde × marginal × kunder\n"
        "         × (1 / (1 − (retention + ökning)) − 1 / (1 − retention))"
    ),
    "retention_gain_rate": "vinst = (1 − retention) / (1 − (retention + ökning)) − 1",
    "net_revenue_retention": "nettoretention = (IB + ökad − minskad − förlorad omsättning) / IB",
    "keep_or_acquire": ("duration = 1 / (1 − retention)\nger = årsvärde × duration × marginal"),
    "keep_vs_acquire": "kvot = (kostnad för nya / nya kunder) / (kostnad för behållna / behållna)",
    "tier": "kunder på en nivå = avrundat (andel × kunder), den sista nivån resten",
    "migration": "antal(i, j) = antal kunder med från = i och till = j",
    "migration_rates": "andelar(i, j) = antal(i, j) / Σ_j antal(i, j)",
    "migration_table": (
        "alla kvar(j) = Σ_i kunder(i, j) från nivåerna i innan; återvunna och nya är inga"
    ),
    "flow_table": (
        "omsättning per kund = omsättning / kunder; en nivå är summan av flödena in i den, och\n"
        "totalen den av nivåerna"
    ),
    "portfolio_bridge": (
        "UB = IB + nya + återvunna + uppgraderade + nedgraderade + förlorade + ändrat CLV"
    ),
    "project_portfolio": "kunder_j(t + 1) = Σ_i kunder_i(t) × andelar(i, j) + inflöde_j",
    "f_ladder": "Fk = antal kunder med köp ≥ k,  k = 1, …, högsta F",
    "step_rates": "andel k→k+1 = F(k+1) / Fk",
    "extra_orders": "merköp = kunder × Σ_k Π_{j≤k} andel_j",
    "tipping_point": "tipping point = min { k : andel k→k+1 ≥ gränsen }",
    "step_gain": "vinst_k = merköp(andelar med max(andel_k, mål_k) på k) − merköp(andelar)",
    "budget": (
        "nya = nya i utfallet × tillväxt × simulering\n"
        "fortsatta = UB × (fortsatta i utfallet / IB) × simulering\n"
        "återvunna = (IB − fortsatta i utfallet) × återvinningsgrad × simulering\n"
        "köp = kunder × (utfallets frekvens × tillväxt × simulering)\n"
        "omsättning = köp × (utfallets ordervärde × tillväxt × simulering)"
    ),
    "customer_development": (
        "index = årets tal / samma tal året innan\n"
        "omsättning = kunder × köp per kund × värde per köp, och så även deras index"
    ),
    "required_factor": (
        "Σ ett segments omsättning, drivkrafterna 1 × faktor^(segmentets valda) = målet"
    ),
    "subscriber_to_customer": "andel = omvandlade / prenumeranter",
    "repeat_purchase_rate": "återköpsandel = F2 / F1",
    "total_reach": "total räckvidd = nådda / kontakter",
    "time_between_purchases": (
        "medianen av (dag för köp k + 1) − (dag för köp k), för alla kunder och k"
    ),
    "average_order_value": "snittköp = omsättning / köp",
    "purchase_frequency": "köpfrekvens = köp / kunder",
    "conversion_rate": "konverteringsgrad = köpare / besökare",
    "response_rate": "svarsandel = svar / utskick",
    "campaign_roi": "ROI = (ökad omsättning − kostnad) / kostnad",
    "romi": "ROMI = (värde efter − värde före − investering) / investering",
    "share_of_wallet": "plånboksandel = köpt hos oss / köpt totalt",
    "nps": "NPS = (ambassadörer − kritiker) / (ambassadörer + passiva + kritiker)",
    "acquisition_cost": "anskaffningskostnad = kostnad / nya kunder",
    "clv_to_cac": "kvot = CLV / CAC",
    "payback_years": "återbetalningstid = CAC / (årsvärde × marginal)",
    "payback_months": "återbetalningstid = 12 × CAC / (årsvärde × marginal)",
    "sample_size": (
        "kunder = (z(säkerhet) + z(styrka))² × andel × (1 − andel)\n"
        "            / (kontrollandel × (1 − kontrollandel) × ökning²), uppåt avrundat"
    ),
    "detectable_lift": (
        "ökning = (z(säkerhet) + z(styrka)) "
        "× √(andel × (1 − andel) × (1 / kontaktade + 1 / kontroll))"
    ),
    "lift": (
        "ökning = Σ vikt × (köpare / kontaktade − köpare i kontroll / kontroll),\n"
        "vikt = kontaktade / Σ kontaktade"
    ),
    "lift_interval": (
        "Newcombes metod 10 på andelarna köpare i båda grupperna, i de kontaktades "
        "sammansättning,\nvar och en med Wilsons intervall vid sin effektiva storlek"
    ),
    "pareto_share": (
        "andel = Σ omsättning för de första avrundat (topp × n) kunderna / Σ omsättning"
    ),
    "rfm": (
        "poäng = 5 − ⌊5 × (plats − 1) / n⌋, plats 1 den bästa av n kunder; lika delar den första"
    ),
    "rfm_segment": "cellen i segmenttabellen på raden för recency, i kolumnen ⌊(f + m) / 2 + ½⌋",
    "wilson": "(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),  p = lyckade / alla, n = alla",
    "rate_difference": (
        "d = p₁ − p₀;  d − √((p₁ − l₁)² + (u₀ − p₀)²),  d + √((u₁ − p₁)² + (p₀ − l₀)²)"
    ),
    "retention_interval": (
        "Wilsons intervall för kvar / IB; där ingen förlorats (1 − säkerhet)^(1/IB) till 1"
    ),
    "clv_interval": "årsvärde / (1 − ändarna av intervallet för retention)",
    "p_alive": (
        "kvar = ((alfa + senaste) / (alfa + ålder))^(form + återköp)\n"
        "P(kund) = kvar / (kvar + a / (b + återköp))"
    ),
    "p_buys": (
        "P(köper) = P(kund) × (1 − ((alfa + ålder) / (alfa + ålder + period))^(form + återköp))"
    ),
    "expected_orders": (
        "E = P(kund) × Σ över n ≥ 1 av P(N ≥ n) × Π över i < n − 1 av\n"
        "    (b + 1 + återköp + i) / (a + b + 1 + återköp + i), N negativt binomial med formen\n"
        "    form + återköp och andelen period / (alfa + ålder + period)"
    ),
    "expected_value": "värde = p × (gamma + återköp × medelvärde) / (p × återköp + q − 1)",
    "customer_status": (
        "S12 = (dagen − 12 månader, dagen], F12 = (dagen − 24 månader, dagen − 12 månader]\n"
        "fortsatta: köp i S12 och F12; förlorade: bara i F12; återvunna: i S12 och före F12;\n"
        "nya: bara i S12, eller efter ett uppehåll på mer än 36 månader; f.d.: bara före F12"
    ),
    "customer_flows": "UB = IB + nya + återvunna − förlorade",
    "migration_matrix": (
        "antal[i, j] = kunder vars nivå i F12 är i och vars nivå i S12 är j, eller som förlorats"
    ),
    "portfolio": (
        "retention = 1 − förlorade / F12-kunder; duration = F12-kunder / förlorade\n"
        "CLV = köp per kund × värde per köp × duration\n"
        "portföljvärde = CLV × S12-kunder; CLV-index = CLV / CLV för sista nivån"
    ),
    "order_ladder": "andel för steg k = F(k + 1) / Fk",
    "ltv_at_age": (
        "LTV(ålder) = medel av nettoomsättningen under dagarna från första köpet till ålder "
        "månader\nsenare, för de kunder som har alla de dagarna bakom sig"
    ),
    "first_year": "CLV = köp per kund × ordervärde × 1 / (1 − andel som köpt igen)",
    "cohorts": (
        "cell[c, k] = nettoomsättning för kohort c till och med k:e månaden efter första köpets\n"
        "             / kunderna i c\n"
        "alla[k] = alla[k − 1] + månadens nettoomsättning / kunder, för de kohorter som följts i\n"
        "         k månader"
    ),
    "btyd_fit": (
        "de parametrar som gör Σ ln L över kunderna störst, av deras dagar med återköp, dagarna\n"
        "från första till sista köpet, dagarna från första köpet till dagen, och medelvärdet "
        "av köp\nefter det första"
    ),
}
"""What each formula does, in Swedish; in English it is the equation of its docstring."""


def equation_of(formula: Formula, lang: Lang) -> str:
    """The equation of a formula in the language of the screen; empty where there is none."""
    text = formula.sections.get("Equation", "").replace("``", "")
    if lang == "sv" and text:
        # What is said of an equation at length has one language; the screen has one, too.
        return EQUATIONS.get(formula.name, text.partition("\n\n")[0])
    return text


def summary_of(formula: Formula, lang: Lang) -> str:
    """The summary of a formula, in the language of the screen; English where it is not put yet."""
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
