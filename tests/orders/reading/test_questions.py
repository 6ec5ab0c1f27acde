"""Questions are asked all at once, say what each answer would give, and how to give it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.analysis.data_quality import check
from crmformulas.orders.log import read
from crmformulas.translations import LANGS, Lang, translate


def asked(path: Path, text: str, **options: object) -> QuestionError:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionError) as question, read(str(path), **options) as log:  # type: ignore[arg-type]
        log.account()
    assert "\n" not in str(question.value)
    return question.value


def test_days_and_decimals_are_asked_together_with_their_outcomes(tmp_path: Path) -> None:
    question = asked(tmp_path / "a.csv", "Sum;Day;Kund\n1,234;03/04/2026;a\n2,345;05/04/2026;b\n")
    assert question.options == "--date-format D/M/Y --decimal ."
    said = str(question)
    assert "day first they run from 2026-04-03 to 2026-04-05" in said
    assert "month first they run from 2026-03-04 to 2026-05-04" in said
    # 1 234 + 2 345, or 1.234 + 2.345.
    assert "with a decimal point they sum to 3 579" in said
    assert "with a decimal comma they sum to 3.58" in said


def test_the_answers_are_taken_as_they_are_proposed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "Sum;Day;Kund\n1,234;03/04/2026;a\n2,345;05/04/2026;b\n"
    words = asked(path, text).options.split()
    given = {
        w.lstrip("-").replace("-", "_"): v for w, v in zip(words[::2], words[1::2], strict=True)
    }
    with read(str(path), **given) as log:  # type: ignore[arg-type]
        assert log.totals()["revenue"] == 35_790_000


def test_columns_days_and_decimals_are_asked_together(tmp_path: Path) -> None:
    question = asked(tmp_path / "a.csv", "Sum;Day;Foo\n1,234;03/04/2026;a\n2,345;05/04/2026;b\n")
    assert question.options == "--customer COLUMN --date-format D/M/Y --decimal ."
    assert "which column is the customer?" in str(question)


def test_currencies_are_asked_with_days(tmp_path: Path) -> None:
    rows = "Kund;Day;Sum;Currency\na;03/04/2026;10;SEK\nb;05/04/2026;20;EUR\nb;05/04/2026;1;EUR\n"
    question = asked(tmp_path / "a.csv", rows)
    assert question.options == "--date-format D/M/Y --currency EUR"


TWICE = "Order;Kund;Day;{head}\n1;a;03/04/2026;{a}\n1;a;03/04/2026;{a}\n2;b;05/04/2026;{b}\n"


def test_totals_of_orders_are_asked_with_all_else(tmp_path: Path) -> None:
    # 10 + 10 + 20: once per order 30, every row 40.
    sums = "once per order it sums to 30, every row to 40"
    path = tmp_path / "a.csv"
    question = asked(path, TWICE.format(head="Sum", a="10", b="20"))
    assert question.options == "--date-format D/M/Y --order-total Sum"
    assert sums in str(question)
    question = asked(path, TWICE.format(head="Sum", a="10", b="20").replace("Kund", "Foo"))
    assert question.options == "--customer COLUMN --date-format D/M/Y --order-total Sum"
    assert sums in str(question)
    question = asked(path, TWICE.format(head="Sum", a="10 kr", b="20 kr") + "3;c;05/04/2026;5 €\n")
    assert question.options == "--date-format D/M/Y --currency kr --order-total Sum"
    assert sums in str(question)
    assert "kr (3 rows, 40), € (1 row, 5)" in str(question)


def test_a_currency_is_asked_with_totals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = TWICE.replace("/04/", "/24/").replace("03/24/2026", "2026-04-03")
    text = text.replace("05/24/2026", "2026-04-05").format(head="Sum", a="10 kr", b="20 kr")
    question = asked(path, text + "3;c;2026-04-05;5 €\n")
    assert question.options == "--currency kr --order-total Sum"


def test_days_far_down_are_asked_with_totals(tmp_path: Path) -> None:
    rows = "".join(f"{i};c{i};2026-04-03;5\n" for i in range(10, 30_000))
    text = "Order;Kund;Day;Sum\n1;a;2026-04-03;10\n1;a;2026-04-03;10\n" + rows
    question = asked(tmp_path / "a.csv", text + "2;b;05/04/2026;20\n")
    assert question.options == "--date-format D/M/Y --order-total Sum"


def test_a_file_of_id_date_and_price_needs_no_question(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Id,Date,Price\n7,2026-01-05,10\n7,2026-02-05,20\n8,2026-02-06,5\n", "utf-8")
    with read(str(path)) as log:
        assert log.totals()["customers"] == 2
        assert "'Price' is the amount of a row" in str([r.text for r in log.account().rules])


def test_what_can_not_be_read_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Kund;Datum;Belopp\na;5/wx/2026;2\n", "utf-8")
    with (
        pytest.raises(InputError, match=r"'Datum' stands '5/wx/2026': .* --date-format"),
        read(str(path)) as log,
    ):
        log.summary()


def test_the_zone_and_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    orders, notes = book.add_worksheet("Orders"), book.add_worksheet("Notes")
    for row, cells in enumerate([("Kund", "Datum", "Belopp"), ("a", "2026-01-05", 10)]):
        orders.write_row(row, 0, cells)
    notes.write_row(0, 0, ["about", "this"])
    notes.write_row(1, 0, ["x", "y"])
    book.close()
    with read(str(path)) as log:
        account = log.account().to_dict()
    assert account["sources"][0]["zone"] == "as written"
    [left] = account["not_read"]
    assert (left["name"], left["sheet"], left["rows"]) == ("book.xlsx", "Notes", 1)

    text = tmp_path / "z.csv"
    text.write_text("customer,date,amount\na,2024-01-05T23:30:00Z,10\n", "utf-8")
    with read(str(text), time_zone="Europe/Stockholm") as log:
        assert log.account().sources[0].zone == "Europe/Stockholm"
    unix = tmp_path / "u.csv"
    unix.write_text("customer,date,amount\na,1704441600,10\nb,1704541600,10\n", "utf-8")
    with read(str(unix)) as log:
        assert log.account().sources[0].zone == "UTC"


ONE_OF_EACH = (
    # A customer, an order or a row of every kind that is told of, and only one.
    "Order,Email,Date,Status,Total,Refunded amount\n"
    "1,a@x.se,2026-01-02,Completed,100,\n"
    "2,B@x.se,2026-01-03,Completed,100,10\n"
    "3,b@x.se,2026-01-03,Cancelled,100,\n"
    "4,b@x.se,2026-01-04,Waiting,100,\n"
    "5,,2026-01-05,Completed,100,\n"
    "6,a@x.se,someday,Completed,100,\n"
    "7,a@x.se,2026-01-06,Completed,much,\n"
    "1,a@x.se,2026-06-02,Completed,100,\n"
)


@pytest.mark.parametrize("lang", LANGS)
def test_one_of_a_thing_is_told_as_one(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ONE_OF_EACH, "utf-8")
    with read(str(path)) as log:
        told = [finding.text for finding in check(log, "2026-05-01").findings]
        told += log.summary("2026-05-01").notices
    texts = [str(translate(text, lang)) for text in told]
    assert len(texts) > 12
    several = {"en": "rows|orders|customers|ids|days|cells|are|have", "sv": "rader|kunder|celler"}
    wrong = [t for t in texts if re.search(rf"(^|[^0-9.,] ?)\b1 ({several[lang]})\b", t)]
    assert not wrong
