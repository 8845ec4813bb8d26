"""``autobook.toml``: every refusal names file, line, cause and fix."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from autobook_core.config import load_book
from autobook_core.domain.policy import Policy

Refusal = Callable[[str, str], tuple[str, str]]
HEAD = '[company]\nname = "Acme"\n'


def test_a_file_with_a_company_only_has_every_default(book: Path) -> None:
    (book / "autobook.toml").write_text(HEAD)
    config = load_book(book)
    assert config.policy == Policy()
    assert (config.company.name, config.company.id, config.company.country) == ("Acme", None, "DK")
    assert config.fik is None
    assert (config.store.url, config.store.schema) == (None, "autobook")
    assert config.daemon == {"interval_seconds": 900, "listen": None, "health": None}


def test_every_key_is_read(book: Path) -> None:
    (book / "autobook.toml").write_text(
        '[company]\nname = "Acme AB"\nid = "12345678"\ncountry = "SE"\n'
        '[policy]\nbase_currency = "SEK"\nfee_vat = "reverse_charge_monthly"\nfiscal_year_start = 7\n'
        '[fik]\nkortart = "75"\ncreditor = "81234567"\n'
        '[store]\nurl = "postgresql://localhost/books"\nschema = "acme"\n'
        '[daemon]\ninterval_seconds = 60\nlisten = "127.0.0.1:8080"\nhealth = "[::1]:9090"\n'
    )
    config = load_book(book)
    assert config.policy == Policy(
        base_currency="SEK", country="SE", fee_vat="reverse_charge_monthly", fiscal_year_start=7
    )
    assert config.fik is not None
    assert msgspec.structs.asdict(config.fik) == {
        "kortart": "75",
        "creditor": "81234567",
        "payment_id": "invoice_number",
    }
    assert config.store.url == "postgresql://localhost/books"
    assert config.daemon == {"interval_seconds": 60, "listen": "127.0.0.1:8080", "health": "[::1]:9090"}


def test_the_policy_may_have_another_country_than_the_company(book: Path) -> None:
    (book / "autobook.toml").write_text(HEAD + 'country = "SE"\n[policy]\ncountry = "DK"\n')
    assert load_book(book).policy.country == "DK"


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            HEAD + '[policy]\n# deferral\ndeferal_method = "day"\n',
            "autobook.toml:5: unknown key 'deferal_method' in [policy]; did you mean 'deferral_method'?",
            None,
        ),
        (
            HEAD + '[policy]\ndeferral_method = "monthly"\n',
            'autobook.toml:4: deferral_method is "monthly"; allowed: "day" or "month"; did you mean "month"?',
            'change deferral_method to "month"',
        ),
        (
            HEAD + "[policy]\nunmatched_bank = 3\n",
            'autobook.toml:4: unmatched_bank is 3; allowed: "suspense"',
            'change unmatched_bank to "suspense"',
        ),
        (
            HEAD + "[policy]\noss_registered = 1\n",
            "autobook.toml:4: oss_registered is 1; allowed: true or false",
            "change oss_registered to true or false",
        ),
        *(
            (
                HEAD + f"[policy]\npayment_tolerance_minor = {value}\n",
                f"autobook.toml:4: payment_tolerance_minor is {value}; allowed: {words}",
                f"change payment_tolerance_minor to {words}",
            )
            for value, words in [
                ("-1", "a whole number from 0 to 100000 (minor units)"),
                ("100001", "a whole number from 0 to 100000 (minor units)"),
                ("inf", "a whole number"),
                ("-inf", "a whole number"),
                ("nan", "a whole number"),
                ("1.0", "a whole number"),
                ("true", "a whole number"),
                ("2025-01-01", "a whole number"),
            ]
        ),
        (
            HEAD + "[policy]\nfiscal_year_start = 13\n",
            "autobook.toml:4: fiscal_year_start is 13; allowed: a whole number from 1 to 12 (month)",
            "change fiscal_year_start to a whole number from 1 to 12 (month)",
        ),
        (
            HEAD + '[policy]\nbase_currency = "dkk"\n',
            'autobook.toml:4: base_currency is "dkk"; allowed: an ISO 4217 code in upper case, for example DKK',
            "change base_currency to an ISO 4217 code in upper case, for example DKK",
        ),
        (
            HEAD + '[policy]\ntime_zone = "Europe/Kopenhagen"\n',
            (
                'autobook.toml:4: time_zone is "Europe/Kopenhagen"; allowed: an IANA time zone, '
                'for example Europe/Copenhagen; did you mean "Europe/Copenhagen"?'
            ),
            'change time_zone to "Europe/Copenhagen"',
        ),
        (
            '[company]\nid = "1"\n[policy]\n',
            "autobook.toml:1: [company] has no name",
            'add name = "NAME" to [company]',
        ),
        (
            '[company]\nname = " "\n',
            'autobook.toml:2: name is " "; allowed: a text that is not empty',
            "change name to a text that is not empty",
        ),
        (
            HEAD + "id = 12345678\n",
            'autobook.toml:3: id is 12345678; allowed: a text in quotes; did you mean "12345678"?',
            'change id to "12345678"',
        ),
        (
            HEAD + '[fik]\nkortart = "71"\n',
            "autobook.toml:3: [fik] has no creditor",
            'add creditor = "CREDITOR" to [fik]',
        ),
        (
            HEAD + '[fik]\ncreditor = "8123456"\n',
            'autobook.toml:4: creditor is "8123456"; allowed: eight digits',
            "change creditor to eight digits",
        ),
        (
            HEAD + "[polcy]\n",
            "autobook.toml:3: unknown key 'polcy' in the file; did you mean 'policy'?",
            "known here: company, policy, fik, store, daemon",
        ),
        (
            "policy = 3\n" + HEAD,
            "autobook.toml:1: policy is 3, not a table",
            "write [policy] on its own line",
        ),
        (
            HEAD + "[daemon]\ninterval_seconds = 5\n",
            "autobook.toml:4: interval_seconds is 5; allowed: a whole number from 10 to 86400 (seconds)",
            "change interval_seconds to a whole number from 10 to 86400 (seconds)",
        ),
        (
            HEAD + '[daemon]\nlisten = "8080"\n',
            'autobook.toml:4: listen is "8080"; allowed: HOST:PORT, for example 127.0.0.1:8080',
            "change listen to HOST:PORT, for example 127.0.0.1:8080",
        ),
    ],
)
def test_a_refusal_names_line_cause_and_fix(
    refusal: Refusal, text: str, message: str, fix: str | None
) -> None:
    said, how = refusal("autobook.toml", text)
    assert said == message
    assert how == fix or (fix is None and how.startswith("known here: base_currency, country, time_zone"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + '[policy]\ntime_zone = "Europe/Copenhagen\n', 4),
        (HEAD + "[policy]\ndeferral_method = day\n", 4),
        (HEAD + "[policy]\noss_registered = true\noss_registered = true\n", 5),
        (HEAD + "[policy]\nx = [1,\n2\n\n\n", 5),
        (HEAD + "[company]\n", 3),
    ],
)
def test_a_slip_of_the_pen_is_shown_on_its_line(refusal: Refusal, text: str, line: int) -> None:
    said, fix = refusal("autobook.toml", text)
    assert said.startswith(f"autobook.toml:{line}: this is not TOML: ")
    assert "(at " not in said
    assert fix == 'correct that line; text stands in quotes: key = "value"'


def test_the_password_of_a_database_is_shown_nowhere(book: Path, refusal: Refusal) -> None:
    (book / "autobook.toml").write_text(HEAD + '[store]\nurl = "postgresql://me:canary@db/books"\n')
    assert "canary" not in repr(load_book(book))
    said, how = refusal("autobook.toml", HEAD + '[store]\nurl = "mysql://me:canary@db/books"\n')
    assert said.startswith('autobook.toml:4: url is "mysql://me:***@db/books"; allowed: an address')
    assert "canary" not in said + how


def test_a_file_that_is_not_utf_8_says_where(book: Path) -> None:
    (book / "autobook.toml").write_bytes(b'[company]\nname = "S\xf8ren"\n')
    with pytest.raises(Exception, match=r"autobook.toml: byte 19 is not UTF-8"):
        load_book(book)


def test_a_byte_order_mark_and_windows_line_ends_are_read(book: Path, refusal: Refusal) -> None:
    (book / "autobook.toml").write_bytes(b'\xef\xbb\xbf[company]\r\nname = "Acme"\r\n')
    assert load_book(book).company.name == "Acme"
    said, _ = refusal("autobook.toml", '[company]\r\nname = "Acme"\r\n[policy]\r\nx = 1\r\n')
    assert said.startswith("autobook.toml:4: unknown key 'x'")
