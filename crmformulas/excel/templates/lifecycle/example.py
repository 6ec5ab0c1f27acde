"""The life-cycle plan that the template comes filled with: a retailer of durable goods."""

from __future__ import annotations

from crmformulas.excel.templates.budget.data import EXAMPLE as BUDGET
from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    GAP,
    PHASES,
    PLANNED,
    RUNNING,
    Activity,
    Base,
    Dialog,
    Plan,
    Touchpoint,
)
from crmformulas.formulas.budget import growth_factors
from crmformulas.translations import Translated

__all__ = ["EXAMPLE"]

ACQUIRE, KEEP, LOSE, WIN_BACK = PHASES
MAIL, SMS, _APP, WEB, SOCIAL, POST, PHONE, STORE, DESK, _OTHER = CHANNELS

TOUCHPOINTS = (
    (
        Touchpoint(
            Translated("Sees an advertisement", "Ser en annons"),
            Translated(
                "Search and social advertising for the season's range",
                "Annonser i sök och sociala medier för säsongens sortiment",
            ),
            SOCIAL,
            RUNNING,
        ),
        Touchpoint(
            Translated("Visits the web shop", "Besöker webbutiken"),
            Translated(
                "Buying guides and reviews beside each product",
                "Köpguider och omdömen vid varje produkt",
            ),
            WEB,
            RUNNING,
        ),
        Touchpoint(
            Translated("Signs up for the newsletter", "Anmäler sig till nyhetsbrevet"),
            Translated("Welcome e-mail with the buying guide", "Välkomstmejl med köpguiden"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Translated("Leaves a basket", "Lämnar en varukorg"),
            Translated(
                "Reminder within 24 hours, with answers to common questions",
                "Påminnelse inom ett dygn, med svar på vanliga frågor",
            ),
            MAIL,
            PLANNED,
        ),
        Touchpoint(
            Translated("Visits a store", "Besöker en butik"),
            Translated(
                "Staff offer membership at the till", "Personalen erbjuder medlemskap i kassan"
            ),
            STORE,
            RUNNING,
        ),
        Touchpoint(Translated("Is recommended by a friend", "Får tips av en vän")),
    ),
    (
        Touchpoint(
            Translated("First purchase", "Första köpet"),
            Translated("Thanks, and what happens next", "Tack, och vad som händer nu"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Translated("Delivery", "Leverans"),
            Translated(
                "Delivery message with a guide to getting started",
                "Leveransbesked med guide för att komma igång",
            ),
            SMS,
            RUNNING,
        ),
        Touchpoint(
            Translated("First weeks of use", "Första veckornas användning"),
            Translated("Tips on use and care", "Råd om användning och skötsel"),
            MAIL,
            PLANNED,
        ),
        Touchpoint(
            Translated("Gives an opinion", "Tycker till"),
            Translated("Request for a review after 30 days", "Fråga om omdöme efter 30 dagar"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(Translated("Needs accessories", "Behöver tillbehör")),
        Touchpoint(
            Translated("Warranty and service", "Garanti och service"),
            Translated(
                "Service reminder a year after the purchase", "Servicepåminnelse ett år efter köpet"
            ),
            MAIL,
            RUNNING,
        ),
    ),
    (
        Touchpoint(
            Translated("Complains or returns", "Reklamerar eller lämnar tillbaka"),
            Translated("Called back within a day", "Blir uppringd inom ett dygn"),
            DESK,
            RUNNING,
        ),
        Touchpoint(Translated("Gives a low score", "Ger ett lågt betyg")),
        Touchpoint(Translated("Stops opening e-mails", "Slutar öppna mejl")),
        Touchpoint(
            Translated("Nine months without a purchase", "Nio månader utan köp"),
            Translated(
                "Reminder with picks based on earlier purchases",
                "Påminnelse med urval efter tidigare köp",
            ),
            MAIL,
            RUNNING,
        ),
        Touchpoint(Translated("Twelve months without a purchase", "Tolv månader utan köp")),
        Touchpoint(
            Translated("Unsubscribes", "Avslutar utskicken"),
            Translated(
                "Choice of fewer mailings, and a question why",
                "Val av färre utskick, och en fråga om varför",
            ),
            WEB,
            RUNNING,
        ),
    ),
    (
        Touchpoint(
            Translated("Lost for three months or more", "Förlorad i minst tre månader"),
            Translated(
                "Letter with an offer and news since the last purchase",
                "Brev med erbjudande och nyheter sedan sista köpet",
            ),
            POST,
            RUNNING,
        ),
        Touchpoint(Translated("Visits the site again", "Är tillbaka på webbplatsen")),
        Touchpoint(
            Translated("Product due for replacement", "Produkten börjar bli gammal"),
            Translated("Offer to trade in the old one", "Erbjudande om inbyte"),
            MAIL,
            PLANNED,
        ),
        Touchpoint(Translated("Moves house", "Flyttar")),
        Touchpoint(
            Translated("Comes back and buys", "Kommer tillbaka och köper"),
            Translated(
                "Welcome back, with the member's benefits", "Välkommen åter, med medlemsförmånerna"
            ),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Translated("Does not answer", "Svarar inte"),
            Translated(
                "Address list cleaned twice a year", "Adressregistret tvättas två gånger om året"
            ),
            POST,
            RUNNING,
        ),
    ),
)
"""An illustration: a retailer of durable goods."""

CRM = Translated("CRM", "CRM")

DIALOGS = (
    Dialog(
        Translated("Thank you and welcome", "Tack och välkommen"),
        Translated(
            "Confirm the choice, say what happens next", "Bekräfta valet, berätta vad som händer nu"
        ),
        Translated("60 % open", "60 % öppnar"),
        Translated("First purchase", "Första köpet"),
        1,
        1,
        MAIL,
        CRM,
        RUNNING,
    ),
    Dialog(
        Translated("Delivery and start", "Leverans och start"),
        Translated("Make it easy to get started", "Gör det lätt att komma igång"),
        Translated("At most 5 % need support", "Högst 5 % behöver support"),
        Translated("Delivery day is set", "Leveransdag bestämd"),
        1,
        2,
        SMS,
        Translated("Logistics", "Logistik"),
        RUNNING,
    ),
    Dialog(
        Translated("Use and care", "Användning och skötsel"),
        Translated(
            "More joy of the product, fewer returns", "Mer glädje av produkten, färre returer"
        ),
        Translated("40 % read", "40 % läser"),
        Translated("10 days after delivery", "10 dagar efter leverans"),
        2,
        2,
        MAIL,
        CRM,
        PLANNED,
    ),
    Dialog(
        Translated("How did it go?", "Hur gick det?"),
        Translated("Notice dissatisfaction early", "Upptäck missnöje tidigt"),
        Translated("30 % answer, NPS at least 40", "30 % svarar, NPS minst 40"),
        Translated("3 weeks after delivery", "3 veckor efter leverans"),
        4,
        1,
        MAIL,
        Translated("Service desk", "Kundtjänst"),
        RUNNING,
    ),
    Dialog(
        Translated("Call to dissatisfied", "Samtal till missnöjda"),
        Translated("Put it right while there is time", "Ställ till rätta medan det finns tid"),
        Translated("All called within 2 days", "Alla uppringda inom 2 dagar"),
        Translated("Score 0 to 6", "Betyg 0 till 6"),
        4,
        3,
        PHONE,
        Translated("Service desk", "Kundtjänst"),
        PLANNED,
    ),
    Dialog(
        Translated("Write a review", "Skriv ett omdöme"),
        Translated(
            "Help others choose; confirm the own choice",
            "Hjälp andra välja, bekräfta det egna valet",
        ),
        Translated("10 % write one", "10 % skriver"),
        Translated("Score 9 or 10, 30 days", "Betyg 9 eller 10, 30 dagar"),
        5,
        2,
        MAIL,
        Translated("Web shop", "Webbutik"),
        RUNNING,
    ),
    Dialog(
        Translated("Accessories that fit", "Tillbehör som passar"),
        Translated(
            "The second purchase, while use is new", "Andra köpet, medan användningen är ny"
        ),
        Translated("8 % buy", "8 % köper"),
        Translated("What the first order held", "Vad första köpet innehöll"),
        6,
        3,
        MAIL,
        CRM,
        PLANNED,
    ),
    Dialog(
        Translated("Invitation to the store", "Inbjudan till butiken"),
        Translated("Meet, and show the whole range", "Träffas och visa hela sortimentet"),
        Translated("5 % come", "5 % kommer"),
        Translated("Lives near a store", "Bor nära en butik"),
        9,
        2,
        POST,
        Translated("Store", "Butik"),
        GAP,
    ),
    Dialog(
        Translated("Time for the next one", "Dags för nästa"),
        Translated("From the first purchase to the second", "Från första köpet till andra"),
        Translated("20 % have bought twice", "20 % har köpt två gånger"),
        Translated("One purchase by week 10", "Ett köp till och med vecka 10"),
        10,
        3,
        SMS,
        CRM,
        RUNNING,
    ),
)
"""An illustration."""

GROWTH = tuple(float(x) for x in growth_factors(BUDGET.outcome, BUDGET.former))

BASE = Base(BUDGET.outcome, BUDGET.opening, BUDGET.reactivation, GROWTH)
"""What the customer development budget comes filled with, so that the factors fit it."""

ACTIVITIES = (
    Activity(
        Translated("Member gets member", "Kund värvar kund"),
        ACQUIRE,
        "recruitment",
        0.15,
        0.10,
        900_000,
    ),
    Activity(
        Translated("Basket reminder", "Påminnelse om varukorg"),
        ACQUIRE,
        "recruitment",
        0.10,
        0.08,
        250_000,
        (0.11, 0.085, 240_000),
    ),
    Activity(
        Translated("Welcome dialogs, weeks 1–12", "Välkomstdialog vecka 1–12"),
        KEEP,
        "new_frequency",
        0.08,
        0.60,
        2_000_000,
        (0.06, 0.62, 1_900_000),
    ),
    Activity(
        Translated("Accessories that fit", "Tillbehör som passar"),
        KEEP,
        "new_order_value",
        0.06,
        0.40,
        1_200_000,
    ),
    Activity(
        Translated("Service reminder", "Servicepåminnelse"),
        KEEP,
        "continued_frequency",
        0.05,
        0.50,
        800_000,
    ),
    Activity(
        Translated("Personal advice in store", "Personlig rådgivning i butik"),
        KEEP,
        "continued_order_value",
        0.10,
        0.12,
        1_600_000,
    ),
    Activity(
        Translated("Call to dissatisfied customers", "Samtal till missnöjda kunder"),
        LOSE,
        "retention",
        0.20,
        0.06,
        1_100_000,
    ),
    Activity(
        Translated("Reminder after nine months", "Påminnelse efter nio månader"),
        LOSE,
        "retention",
        0.06,
        0.30,
        700_000,
        (0.06, 0.29, 700_000),
    ),
    Activity(
        Translated("Letter to former customers", "Brev till f.d. kunder"),
        WIN_BACK,
        "reactivation",
        0.12,
        0.25,
        2_400_000,
        (0.15, 0.24, 2_500_000),
    ),
    Activity(
        Translated("Trade-in when coming back", "Inbyte vid återkomst"),
        WIN_BACK,
        "reactivated_order_value",
        0.08,
        0.15,
        600_000,
    ),
)
"""An illustration: lifts, shares and costs are made up, of an ordinary size."""

EXAMPLE = Plan(TOUCHPOINTS, DIALOGS, BASE, ACTIVITIES)
