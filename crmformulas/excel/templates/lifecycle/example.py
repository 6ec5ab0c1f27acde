"""The life-cycle plan that the template comes filled with: a retailer of durable goods."""

from __future__ import annotations

from crmformulas.excel.templates.budget.budget import EXAMPLE as BUDGET
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
from crmformulas.translations import Text

__all__ = ["EXAMPLE"]

ACQUIRE, KEEP, LOSE, WIN_BACK = PHASES
MAIL, SMS, _APP, WEB, SOCIAL, POST, PHONE, STORE, DESK, _OTHER = CHANNELS

TOUCHPOINTS = (
    (
        Touchpoint(
            Text("Sees an advertisement", "Ser en annons"),
            Text(
                "Search and social advertising for the season's range",
                "Annonser i sök och sociala medier för säsongens sortiment",
            ),
            SOCIAL,
            RUNNING,
        ),
        Touchpoint(
            Text("Visits the web shop", "Besöker webbutiken"),
            Text(
                "Buying guides and reviews beside each product",
                "Köpguider och omdömen vid varje produkt",
            ),
            WEB,
            RUNNING,
        ),
        Touchpoint(
            Text("Signs up for the newsletter", "Anmäler sig till nyhetsbrevet"),
            Text("Welcome e-mail with the buying guide", "Välkomstmejl med köpguiden"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Text("Leaves a basket", "Lämnar en varukorg"),
            Text(
                "Reminder within 24 hours, with answers to common questions",
                "Påminnelse inom ett dygn, med svar på vanliga frågor",
            ),
            MAIL,
            PLANNED,
        ),
        Touchpoint(
            Text("Visits a store", "Besöker en butik"),
            Text("Staff offer membership at the till", "Personalen erbjuder medlemskap i kassan"),
            STORE,
            RUNNING,
        ),
        Touchpoint(Text("Is recommended by a friend", "Får tips av en vän")),
    ),
    (
        Touchpoint(
            Text("First purchase", "Första köpet"),
            Text("Thanks, and what happens next", "Tack, och vad som händer nu"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Text("Delivery", "Leverans"),
            Text(
                "Delivery message with a guide to getting started",
                "Leveransbesked med guide för att komma igång",
            ),
            SMS,
            RUNNING,
        ),
        Touchpoint(
            Text("First weeks of use", "Första veckornas användning"),
            Text("Tips on use and care", "Råd om användning och skötsel"),
            MAIL,
            PLANNED,
        ),
        Touchpoint(
            Text("Gives an opinion", "Tycker till"),
            Text("Request for a review after 30 days", "Fråga om omdöme efter 30 dagar"),
            MAIL,
            RUNNING,
        ),
        Touchpoint(Text("Needs accessories", "Behöver tillbehör")),
        Touchpoint(
            Text("Warranty and service", "Garanti och service"),
            Text(
                "Service reminder a year after the purchase", "Servicepåminnelse ett år efter köpet"
            ),
            MAIL,
            RUNNING,
        ),
    ),
    (
        Touchpoint(
            Text("Complains or returns", "Reklamerar eller lämnar tillbaka"),
            Text("Called back within a day", "Blir uppringd inom ett dygn"),
            DESK,
            RUNNING,
        ),
        Touchpoint(Text("Gives a low score", "Ger ett lågt betyg")),
        Touchpoint(Text("Stops opening e-mails", "Slutar öppna mejl")),
        Touchpoint(
            Text("Nine months without a purchase", "Nio månader utan köp"),
            Text(
                "Reminder with picks based on earlier purchases",
                "Påminnelse med urval efter tidigare köp",
            ),
            MAIL,
            RUNNING,
        ),
        Touchpoint(Text("Twelve months without a purchase", "Tolv månader utan köp")),
        Touchpoint(
            Text("Unsubscribes", "Avslutar utskicken"),
            Text(
                "Choice of fewer mailings, and a question why",
                "Val av färre utskick, och en fråga om varför",
            ),
            WEB,
            RUNNING,
        ),
    ),
    (
        Touchpoint(
            Text("Lost for three months or more", "Förlorad i minst tre månader"),
            Text(
                "Letter with an offer and news since the last purchase",
                "Brev med erbjudande och nyheter sedan sista köpet",
            ),
            POST,
            RUNNING,
        ),
        Touchpoint(Text("Visits the site again", "Är tillbaka på webbplatsen")),
        Touchpoint(
            Text("Product due for replacement", "Produkten börjar bli gammal"),
            Text("Offer to trade in the old one", "Erbjudande om inbyte"),
            MAIL,
            PLANNED,
        ),
        Touchpoint(Text("Moves house", "Flyttar")),
        Touchpoint(
            Text("Comes back and buys", "Kommer tillbaka och köper"),
            Text(
                "Welcome back, with the member's benefits", "Välkommen åter, med medlemsförmånerna"
            ),
            MAIL,
            RUNNING,
        ),
        Touchpoint(
            Text("Does not answer", "Svarar inte"),
            Text("Address list cleaned twice a year", "Adressregistret tvättas två gånger om året"),
            POST,
            RUNNING,
        ),
    ),
)
"""An illustration: a retailer of durable goods."""

CRM = Text("CRM", "CRM")

DIALOGS = (
    Dialog(
        Text("Thank you and welcome", "Tack och välkommen"),
        Text(
            "Confirm the choice, say what happens next", "Bekräfta valet, berätta vad som händer nu"
        ),
        Text("60 % open", "60 % öppnar"),
        Text("First purchase", "Första köpet"),
        1,
        1,
        MAIL,
        CRM,
        RUNNING,
    ),
    Dialog(
        Text("Delivery and start", "Leverans och start"),
        Text("Make it easy to get started", "Gör det lätt att komma igång"),
        Text("At most 5 % need support", "Högst 5 % behöver support"),
        Text("Delivery day is set", "Leveransdag bestämd"),
        1,
        2,
        SMS,
        Text("Logistics", "Logistik"),
        RUNNING,
    ),
    Dialog(
        Text("Use and care", "Användning och skötsel"),
        Text("More joy of the product, fewer returns", "Mer glädje av produkten, färre returer"),
        Text("40 % read", "40 % läser"),
        Text("10 days after delivery", "10 dagar efter leverans"),
        2,
        2,
        MAIL,
        CRM,
        PLANNED,
    ),
    Dialog(
        Text("How did it go?", "Hur gick det?"),
        Text("Notice dissatisfaction early", "Upptäck missnöje tidigt"),
        Text("30 % answer, NPS at least 40", "30 % svarar, NPS minst 40"),
        Text("3 weeks after delivery", "3 veckor efter leverans"),
        4,
        1,
        MAIL,
        Text("Service desk", "Kundtjänst"),
        RUNNING,
    ),
    Dialog(
        Text("Call to dissatisfied", "Samtal till missnöjda"),
        Text("Put it right while there is time", "Ställ till rätta medan det finns tid"),
        Text("All called within 2 days", "Alla uppringda inom 2 dagar"),
        Text("Score 0 to 6", "Betyg 0 till 6"),
        4,
        3,
        PHONE,
        Text("Service desk", "Kundtjänst"),
        PLANNED,
    ),
    Dialog(
        Text("Write a review", "Skriv ett omdöme"),
        Text(
            "Help others choose; confirm the own choice",
            "Hjälp andra välja, bekräfta det egna valet",
        ),
        Text("10 % write one", "10 % skriver"),
        Text("Score 9 or 10, 30 days", "Betyg 9 eller 10, 30 dagar"),
        5,
        2,
        MAIL,
        Text("Web shop", "Webbutik"),
        RUNNING,
    ),
    Dialog(
        Text("Accessories that fit", "Tillbehör som passar"),
        Text("The second purchase, while use is new", "Andra köpet, medan användningen är ny"),
        Text("8 % buy", "8 % köper"),
        Text("What the first order held", "Vad första köpet innehöll"),
        6,
        3,
        MAIL,
        CRM,
        PLANNED,
    ),
    Dialog(
        Text("Invitation to the store", "Inbjudan till butiken"),
        Text("Meet, and show the whole range", "Träffas och visa hela sortimentet"),
        Text("5 % come", "5 % kommer"),
        Text("Lives near a store", "Bor nära en butik"),
        9,
        2,
        POST,
        Text("Store", "Butik"),
        GAP,
    ),
    Dialog(
        Text("Time for the next one", "Dags för nästa"),
        Text("From the first purchase to the second", "Från första köpet till andra"),
        Text("20 % have bought twice", "20 % har köpt två gånger"),
        Text("One purchase by week 10", "Ett köp till och med vecka 10"),
        10,
        3,
        SMS,
        CRM,
        RUNNING,
    ),
)
"""An illustration."""

BASE = Base(BUDGET.outcome, BUDGET.opening, BUDGET.reactivation, BUDGET.growth)
"""What the customer development budget comes filled with, so that the factors fit it."""

ACTIVITIES = (
    Activity(
        Text("Member gets member", "Kund värvar kund"), ACQUIRE, "recruitment", 0.15, 0.10, 900_000
    ),
    Activity(
        Text("Basket reminder", "Påminnelse om varukorg"),
        ACQUIRE,
        "recruitment",
        0.10,
        0.08,
        250_000,
        (0.11, 0.085, 240_000),
    ),
    Activity(
        Text("Welcome dialogs, weeks 1–12", "Välkomstdialog vecka 1–12"),
        KEEP,
        "new_frequency",
        0.08,
        0.60,
        2_000_000,
        (0.06, 0.62, 1_900_000),
    ),
    Activity(
        Text("Accessories that fit", "Tillbehör som passar"),
        KEEP,
        "new_order_value",
        0.06,
        0.40,
        1_200_000,
    ),
    Activity(
        Text("Service reminder", "Servicepåminnelse"),
        KEEP,
        "continued_frequency",
        0.05,
        0.50,
        800_000,
    ),
    Activity(
        Text("Personal advice in store", "Personlig rådgivning i butik"),
        KEEP,
        "continued_order_value",
        0.10,
        0.12,
        1_600_000,
    ),
    Activity(
        Text("Call to dissatisfied customers", "Samtal till missnöjda kunder"),
        LOSE,
        "retention",
        0.20,
        0.06,
        1_100_000,
    ),
    Activity(
        Text("Reminder after nine months", "Påminnelse efter nio månader"),
        LOSE,
        "retention",
        0.06,
        0.30,
        700_000,
        (0.06, 0.29, 700_000),
    ),
    Activity(
        Text("Letter to former customers", "Brev till f.d. kunder"),
        WIN_BACK,
        "reactivation",
        0.12,
        0.25,
        2_400_000,
        (0.15, 0.24, 2_500_000),
    ),
    Activity(
        Text("Trade-in when coming back", "Inbyte vid återkomst"),
        WIN_BACK,
        "reactivated_order_value",
        0.08,
        0.15,
        600_000,
    ),
)
"""An illustration: lifts, shares and costs are made up, of an ordinary size."""

EXAMPLE = Plan(TOUCHPOINTS, DIALOGS, BASE, ACTIVITIES)
