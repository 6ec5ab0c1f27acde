"""``crmf customers``, ``segments`` and ``customer``: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import run
from crmformulas.orders.log import read
from crmformulas.orders.selections.audiences import AUDIENCES, email_of, hashed, phone_of
from crmformulas.orders.selections.segments import READY

ROWS = [
    # customer, day, amount: history from 2023, so that F12 is told.
    ("a", "2023-01-10", 100), ("a", "2024-10-01", 100), ("a", "2025-11-01", 200),
    ("a", "2026-01-01", 300), ("b", "2025-11-20", 50), ("c", "2024-11-15", 900),
    ("=cmd", "2025-12-24", 10), ("d", "2024-12-01", 40), ("d", "2026-03-31", 70.5),
]  # fmt: skip
CONTACTS = [
    # id, e-mail, phone, consent, sign-up
    ("a", " Anna.Berg@Example.SE ", "070-123 45 67", "yes", "2022-01-01"),
    ("b", "bo@example.se", "+46 (0)8 12 34 56 78", "no", "2025-01-01"),
    ("c", "cia@example.se", "", "", "2024-01-01"),
    ("d", "not an address", "0046701112233", "SUBSCRIBED", "2024-05-01"),
    ("lead", "lead@example.se", "", "yes", "2026-02-01"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    pd.DataFrame(ROWS, columns=["customer", "date", "amount"]).to_csv(path, index=False)
    heads = ["customer", "email", "phone", "consent", "signed_up"]
    pd.DataFrame(CONTACTS, columns=heads).to_csv(tmp_path / "contacts.csv", index=False)
    return path


def said(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        run([str(one) for one in args])
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


def test_a_selection_is_printed_with_its_number(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, "customers", shop, "--where", "orders >= 2", "--columns", "+rfm")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "orders · 2 persons"
    assert [line.split()[0] for line in lines[2:]] == ["a", "d"]
    code, out, _ = said(capsys, "customers", shop, "--sort", "-customer", "--format", "json")
    assert [one["customer"] for one in json.loads(out)] == ["d", "c", "b", "a", "=cmd"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json", "jsonl"])
def test_every_file_holds_the_same_and_is_for_its_owner_alone(
    shop: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    path = shop.with_name(f"list.{suffix}")
    code, out, err = said(capsys, "customers", shop, "--columns",
                          "customer,orders,revenue,last_order,status", "-o", path)  # fmt: skip
    assert code == 0, err
    assert out == f"{path}: 5 persons\n"
    assert path.stat().st_mode & 0o777 == 0o600
    kinds: Any = {
        "csv": lambda: pd.read_csv(path, keep_default_na=False),
        "xlsx": lambda: pd.read_excel(path, engine="openpyxl"),
        "parquet": lambda: pd.read_parquet(path),
        "json": lambda: pd.read_json(path),
        "jsonl": lambda: pd.read_json(path, lines=True),
    }
    frame = kinds[suffix]()
    assert list(frame.columns) == ["customer", "orders", "revenue", "last_order", "status"]
    assert frame["customer"].tolist() == ["c", "a", "d", "b", "=cmd"]
    assert frame["orders"].tolist() == [1, 4, 2, 1, 1]
    assert frame["revenue"].tolist() == [900, 700, 110.5, 50, 10]
    assert pd.to_datetime(frame["last_order"]).dt.date.tolist()[2] == date(2026, 3, 31)


def test_csv_may_be_made_safe_for_a_spreadsheet(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop.with_name("safe.csv")
    _, out, err = said(capsys, "customers", shop, "-o", path, "--safe-cells")
    assert "'=cmd" in path.read_text()
    assert out == f"{path}: 5 persons\n"
    assert "1 cell begins with an apostrophe" in err
    code, _, err = said(capsys, "customers", shop, "-o", path)
    assert code == 2
    assert "--force" in err or "there already" in err
    assert said(capsys, "customers", shop, "-o", shop)[0] == 2


def test_a_limit_beyond_what_an_engine_counts_is_none(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = said(capsys, "customers", shop)
    assert said(capsys, "customers", shop, "--limit", 10**26)[:2] == everybody[:2]


def test_products_of_a_file_without_further_columns(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, "products", shop)
    assert code == 2
    assert "no column is left that could hold products or categories" in err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--where", "ordrs > 1"], "no attribute 'ordrs'; did you mean orders"),
        (["--columns", "nothing"], "no column 'nothing'"),
        (["--sort", "nothing"], "no column 'nothing'"),
        (["--segment", "nobody"], "there is no segment 'nobody'"),
        (["--segment", "discount only"], "no column of discounts"),
        (["--leads"], "it goes with --contacts"),
        (["--audience", "meta", "-o", "x.csv"], "it goes with --contacts"),
        (["-o", "list.doc"], "a file ends in"),
    ],
)
def test_what_does_not_go_is_refused_in_a_line(
    shop: Path, capsys: pytest.CaptureFixture[str], args: list[str], words: str
) -> None:
    code, out, err = said(capsys, "customers", shop, *args)
    told = err.splitlines()[-1]
    assert (code, out) == (2, "")
    assert words in told
    assert "Traceback" not in err


# ------------------------------------------------------------------------------------- audiences


def test_an_audience_holds_whoever_agreed_normalised_and_hashed(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts, path = shop.with_name("contacts.csv"), shop.with_name("meta.csv")
    code, out, err = said(capsys, "customers", shop, "--contacts", contacts, "--audience", "meta",
                          "--country-code", "46", "-o", path)  # fmt: skip
    assert code == 0, err
    assert out == f"{path}: 2 persons for meta\n"
    assert "! 3 persons left out: no consent recorded" in err  # b, c, and =cmd who is no contact
    rows = list(csv.DictReader(path.open()))
    # The documents of Meta: lower case without spaces; digits of the number with its country.
    assert rows[0] == {
        "email": hashed("anna.berg@example.se"), "phone": hashed("46701234567"), "fn": "", "ln": "",
    }  # fmt: skip
    assert rows[1]["email"] == ""
    assert rows[1]["phone"] == hashed("46701112233")
    assert "Anna" not in path.read_text()


def test_google_wants_the_plus_and_klaviyo_plain_text(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts = shop.with_name("contacts.csv")
    both = ["customers", shop, "--contacts", contacts, "--country-code", "46", "--audience"]
    path = shop.with_name("google.csv")
    assert said(capsys, *both, "google", "-o", path)[0] == 0
    rows = list(csv.DictReader(path.open()))
    # "Formatting guidelines for uploading hashed data": names go with country and postal code only.
    assert list(rows[0]) == ["Email", "Phone"]
    assert rows[0]["Phone"] == hashed("+46701234567")
    path = shop.with_name("klaviyo.csv")
    assert said(capsys, *both, "klaviyo", "--columns", "orders", "-o", path)[0] == 0
    rows = list(csv.DictReader(path.open()))
    assert rows[0]["Email"] == "anna.berg@example.se"
    assert rows[0]["Phone Number"] == "+46701234567"
    assert rows[0]["orders"] == "4"
    path = shop.with_name("all.csv")
    _, out, _ = said(capsys, *both, "plain", "--without-consent-check", "-o", path)
    assert out.startswith(f"{path}: 4 persons")
    assert path.stat().st_mode & 0o777 == 0o600


def test_numbers_and_addresses_that_are_none_are_blank() -> None:
    assert email_of("a@b") == email_of("a b@c.se, d@e.se") == ""
    assert phone_of("+46 70") == phone_of("070 x") == phone_of("+0701234567") == ""
    assert phone_of("+1 (234) 567-8910") == "+12345678910"


# ----------------------------------------------------------------------- leads, segments, one page


def test_leads_are_a_list_like_any_other(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contacts = shop.with_name("contacts.csv")
    _, out, _ = said(capsys, "customers", shop, "--contacts", contacts, "--leads",
                     "--where", "lead_days 30..90 and consent", "--format", "json")  # fmt: skip
    # From 1 February to 31 March 2026 are 58 days.
    assert json.loads(out) == [
        {"customer": "lead", "signed_up": "2026-02-01", "lead_days": 58, "consent": True}
    ]


def test_sign_ups_become_customers_by_month(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contacts = shop.with_name("contacts.csv")
    args = ["segments", shop, "--contacts", contacts, "--sign-ups"]
    months = {one["month"]: one for one in json.loads(said(capsys, *args, "--format", "json")[1])}
    # a signed up on 1 January 2022 and ordered 374 days later, c on 1 January 2024 after 319 days;
    # d on 1 May 2024 after 214; b on 1 January 2025 after 323; the lead was followed for 58.
    assert months["2022-01"]["converted"] == [0, 0, 0]
    assert months["2024-01"]["converted"] == [0, 0, 1]
    assert months["2024-05"]["converted"] == [0, 0, 1]
    assert months["2025-01"]["followed"] == [1, 1, 1]
    assert months["2026-02"]["followed"] == [1, 0, 0]
    assert sum(one["contacts"] for one in months.values()) == 5
    code, out, _ = said(capsys, *args)
    assert code == 0
    assert out.splitlines()[-1].split()[-1] == "–"
    assert said(capsys, "segments", shop, "--sign-ups")[0] == 2


def test_segments_are_sized_and_those_of_the_settings_among_them(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.with_name("crmformulas.toml").write_text('[segments]\nbig = "where revenue > 500"\n')
    _, out, _ = said(capsys, "segments", shop, "--format", "json")
    sizes = {one["name"]: one for one in json.loads(out)}
    assert set(sizes) == {"big", *(one.name for one in READY)}
    assert sizes["big"]["customers"] == 2
    # T is 31 March 2026: three bought in F12, and 20 % of three, rounded by tier, is nobody.
    assert sizes["lost best"]["customers"] == 0
    # a and d bought in both years; who is in S12 as well has moved or stayed.
    assert sizes["upgraded"]["customers"] + sizes["downgraded"]["customers"] <= 2
    assert sizes["discount only"]["customers"] is None
    assert said(capsys, "segments", shop, "--lang", "sv")[0] == 0
    _, out, _ = said(capsys, "customers", shop, "--segment", "big", "--format", "json")
    assert {one["customer"] for one in json.loads(out)} == {"a", "c"}


def test_a_segment_that_rests_on_itself_is_refused(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.with_name("crmformulas.toml").write_text('[segments]\nx = "segment = y or orders = 1"\n'
                                                  'y = "segment = x"\n')  # fmt: skip
    code, _, err = said(capsys, "customers", shop, "--segment", "x")
    assert code == 2
    assert "rests on itself" in err


def test_the_grid_adds_up_and_tells_the_move(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = said(capsys, "segments", shop, "--rfm", "--format", "json")
    cells = json.loads(out)["cells"]
    assert len(cells) == 25
    assert sum(cell["customers"] for cell in cells) == 5
    # On 31 March 2025 a, c and d had bought.
    assert sum(cell["customers_before"] for cell in cells) == 3
    assert sum(cell["revenue_before"] for cell in cells) == 100 + 100 + 900 + 40


def test_the_page_of_a_customer_has_all_of_it(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts = shop.with_name("contacts.csv")
    _, out, _ = said(capsys, "customer", "a", shop, "--contacts", contacts, "--format", "json")
    page = json.loads(out)
    assert page["known"]["orders"] == 4
    assert page["known"]["email"] == "Anna.Berg@Example.SE"
    assert [line["amount"] for line in page["lines"]] == ["100.0", "100.0", "200.0", "300.0"]
    assert [event["step"] for event in page["orders"]] == [1, 2, 3, 4]
    tiers = {one["to"]: one["tier"] for one in page["tiers"]}
    assert tiers["2026-03-31"] is not None
    assert tiers["2024-03-31"] is None
    code, _, err = said(capsys, "customer", "nobody", shop)
    assert code == 2
    assert "no customer 'nobody'" in err
    assert said(capsys, "customer", "a", shop)[0] == 0


def test_python_has_the_same(shop: Path) -> None:
    with read(shop) as log:
        assert log.customers(where="orders >= 2").count() == 2
        assert {one.name for one in log.segments()} == {one.name for one in READY}
        assert log.customer("d").orders[-1].amount == 70.5
        assert len(log.rfm()) == 25


def test_help_names_the_language() -> None:
    from crmformulas.cli.customers import customers

    out = CliRunner().invoke(customers, ["--help"]).output
    assert "orders 4..5 and days_since > 90" in out


def test_google_hashes_gmail_without_what_gmail_passes_over() -> None:
    # "Format user data" of Google's Data Manager API gives this example; Meta has no such rule.
    person = ["cloudy.sanfrancisco+shopping@gmail.com", None, None, None]
    for name, address in [
        ("google", "cloudysanfrancisco@gmail.com"),
        ("meta", "cloudy.sanfrancisco+shopping@gmail.com"),
    ]:
        assert next(iter(AUDIENCES[name]().rows([person])))[0] == hashed(address)
    other = ["User.Name+NYC@Example.com", None, None, None]
    assert next(iter(AUDIENCES["google"]().rows([other])))[0] == hashed("user.name+nyc@example.com")


def test_contacts_without_an_order_are_segments_by_the_age_of_the_lead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, contacts = tmp_path / "orders.csv", tmp_path / "contacts.csv"
    orders.write_text("customer,date,amount\na,2026-01-01,5\nb,2026-10-31,5\n")
    days = ["a,2025-01-01", "n,2026-10-01", "o,2026-08-15", "p,2026-01-01", "q,2024-01-01"]
    contacts.write_text("\n".join(["customer,signed_up", *days, "r,2026-10-30", ""]))
    both = [orders, "--contacts", contacts]
    _, out, _ = said(capsys, "segments", *both, "--format", "json")
    sizes = {one["name"]: one["customers"] for one in json.loads(out)}
    # 30, 77, 303 and 1 034 days before the last order; r 1 day, and a has ordered.
    assert [sizes[f"leads {age}"] for age in ("0-30", "31-90", "91-365", "over 365")] == [
        2,
        1,
        1,
        1,
    ]
    _, out, _ = said(capsys, "customers", *both, "--segment", "Leads 0-30", "--format", "json")
    assert {one["customer"] for one in json.loads(out)} == {"n", "r"}
    code, _, err = said(capsys, "customers", orders, "--segment", "leads 0-30")
    assert code == 2
    assert "goes with --contacts" in err


ENGLISH = {
    *("the", "of", "and", "with", "who", "persons", "customers", "revenue", "known", "left", "out"),
    *("unknown", "days", "for", "treated", "from", "yes", "what", "bought", "month"),
}
"""Words of English that are none of Swedish, nor of this shop."""


def test_what_is_told_in_swedish_is_swedish(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contacts, group, survey = (shop.with_name(f"{n}.csv") for n in ("contacts", "group", "survey"))
    survey.write_text("customer,score,day\na,9,2026-03-01\nb,3,2026-03-02\nzz,11,2026-03-02\n")
    group.write_text(
        "customer,group,stratum,drawn_on,seed\na,treated,x,2025-10-31,1\nb,control,x,2025-10-31,1\n"
        "c,control,y,2025-10-31,1\n"
    )
    list_of = ["customers", shop, "--contacts", contacts]
    mails = ["--audience", "google", "-o", shop.with_name("g.csv")]
    days = ["--from", "2025-11-01", "--to", "2026-03-31"]
    for args in (
        [*list_of, *mails],
        ["customers", shop, "--as-of", "2023-05-01", "--limit", 1],
        ["segments", shop, "--rfm"],
        ["segments", shop, "--as-of", "2023-05-01"],
        ["segments", shop, "--contacts", contacts, "--sign-ups"],
        ["customer", "d", shop, "--contacts", contacts],
        ["scores", shop, "--scores", survey, "--scale", "0-10"],
        ["holdout", "draw", shop, "--share", "50%", "-o", shop.with_name("h.csv")],
        ["holdout", "draw", shop, "--as-of", "2023-05-01", "--share", "50%",
         "-o", shop.with_name("x.csv")],
        ["holdout", "measure", group, shop, *days, "--cost", 9],
    ):  # fmt: skip
        code, out, err = said(capsys, *args, "--lang", "sv")
        assert code == 0, (args, err)
        # What is done meanwhile, and how the file was read, is told in English by every command.
        told = out + "\n".join(line for line in err.splitlines() if line.startswith("!"))
        # Names of segments and attributes are written in conditions, and so are the file's columns.
        told = told.replace(str(shop.parent), "")
        words = set(re.findall(r"(?<![\w(_])[a-zåäö]+(?![\w)_])", told))
        assert not words & ENGLISH, (args, words & ENGLISH, told)


@pytest.mark.parametrize(
    ("what", "suffix"),
    [("segments", "xlsx"), ("rfm", "parquet"), ("sign-ups", "csv"), ("scores", "csv")],
)
def test_small_tables_are_files_like_the_lists(
    shop: Path, capsys: pytest.CaptureFixture[str], what: str, suffix: str
) -> None:
    path, survey = shop.with_name(f"table.{suffix}"), shop.with_name("survey.csv")
    survey.write_text("customer,score,day\na,9,2026-03-01\nb,3,2026-03-02\n")
    args: dict[str, list[Any]] = {
        "segments": ["segments", shop],
        "rfm": ["segments", shop, "--rfm"],
        "sign-ups": ["segments", shop, "--sign-ups", "--contacts", shop.with_name("contacts.csv")],
        "scores": ["scores", shop, "--scores", survey, "--scale", "0-10"],
    }
    code, out, err = said(capsys, *args[what], "-o", path)
    assert code == 0, err
    assert ("! who answers is not who is silent" in err) == (what == "scores")
    assert out.startswith(f"{path}: ")
    assert out.endswith("rows, no persons\n")
    assert path.stat().st_mode & 0o777 == 0o600
    sheet = partial(pd.read_excel, engine="openpyxl")
    readers: Any = {"csv": pd.read_csv, "xlsx": sheet, "parquet": pd.read_parquet}
    frame = readers[suffix](path)
    assert len(frame) == int(out.split()[-4])
    plain = json.loads(said(capsys, *args[what], "--format", "json")[1])
    if what == "segments":
        assert frame["name"].tolist() == [one["name"] for one in plain]
        told = [None if pd.isna(one) else one for one in frame["customers"]]
        assert told == [one["customers"] for one in plain]
    elif what == "rfm":
        assert frame["customers"].tolist() == [one["customers"] for one in plain["cells"]]
    elif what == "sign-ups":
        assert frame["converted_365"].tolist() == [one["converted"][-1] for one in plain]
    else:
        assert frame["by"].tolist()[0] == "total"
        assert frame["answers"].tolist()[0] == plain["total"]["answers"] == 2
    rows = list(csv.DictReader(said(capsys, *args[what], "--format", "csv")[1].splitlines()))
    assert [*rows[0]] == [*frame.columns]
    assert len(rows) == len(frame)
