"""``autobook init``: a book that works at once, in files that explain themselves."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from autobook_core.config import init_book, load_book
from autobook_core.config.settings import TABLES
from autobook_core.domain.chart import ROLES
from autobook_core.domain.policy import Policy
from autobook_core.errors import ConfigurationError

EXAMPLE_NUMBERS = {
    "bank": "6481",
    "deferred_revenue": "8070",
    "fees": "2391",
    "fx_gain_loss": "3610",
    "payouts_in_transit": "6486",
    "receivables": "6190",
    "revenue_annual": "1012",
    "revenue_eu_b2b": "1150",
    "revenue_monthly": "1011",
    "revenue_non_eu": "1200",
    "stripe_clearing": "6485",
    "vat_output_25": "7680",
}


def test_a_new_book_is_complete(tmp_path: Path) -> None:
    written = init_book(tmp_path / "acme", company="Acme ApS")
    book = tmp_path / "acme"
    assert written == [book / name for name in (".gitignore", "chart.toml", "rules.toml", "autobook.toml")]
    assert sorted(path.name for path in book.iterdir()) == sorted(
        [".gitignore", "autobook.toml", "chart.toml", "connections", "files", "rules.toml"]
    )
    config = load_book(book)
    assert config.company.name == "Acme ApS"
    assert config.policy == Policy()
    assert (config.rules, config.fik, config.connections) == ((), None, {})
    assert {"books.db*", "files/"} <= set((book / ".gitignore").read_text().splitlines())


def test_the_chart_has_every_role_a_standard_account_each_and_equity(book: Path) -> None:
    chart = load_book(book).chart
    assert [role for role in ROLES if chart.find(role) is None] == []
    assert {role: chart.number(role) for role in EXAMPLE_NUMBERS} == EXAMPLE_NUMBERS
    assert [account.number for account in chart.accounts if account.standard_account is None] == []
    assert len([account for account in chart.accounts if account.type == "equity"]) == 3
    for account in chart.accounts:
        first = account.number[0]
        expected = {"1": {"income"}, "2": {"expense"}, "3": {"expense"}}.get(
            first, {"asset", "liability", "equity"}
        )
        assert account.type in expected, account


def test_every_setting_is_shown_with_its_default(book: Path) -> None:
    text = (book / "autobook.toml").read_text()
    for table, kind in TABLES.items():
        section = re.search(rf"^(?:# )?\[{table}\]\n(.*?)(?=^(?:# )?\[|\Z)", text, re.MULTILINE | re.DOTALL)
        assert section is not None, table
        for spec in msgspec.structs.fields(kind):
            line = re.search(rf"^(# )?{spec.name} = (.*?)( +#.*)?$", section.group(1), re.MULTILINE)
            assert line is not None, f"{table}.{spec.name}"
            if spec.default not in {msgspec.NODEFAULT, None}:
                shown = msgspec.toml.decode(f"v = {line.group(2)}")["v"]
                assert shown == spec.default, f"{table}.{spec.name}"


def test_every_rule_that_is_commented_out_works_when_it_is_not(book: Path) -> None:
    text = (book / "rules.toml").read_text()
    start = text.index("# [[rule]]")
    (book / "rules.toml").write_text(
        text[:start]
        + re.sub(r"^# ?", "", text[start:], flags=re.MULTILINE).replace("partner_payable", "7440")
    )
    assert len(load_book(book).rules) == 5


def test_overrides_are_applied_where_they_belong_and_comments_stay(tmp_path: Path) -> None:
    init_book(
        tmp_path,
        company="Acme",
        overrides=[
            "policy.deferral_method=month",
            'company.name="Søren "',
            "company.id=12345678",
            "policy.oss_registered = false",
            "policy.payment_tolerance_minor=50",
            "fik.creditor=81234567",
            "store.url=env:DATABASE",
            "daemon.listen='0.0.0.0:80'",
        ],
    )
    config = load_book(tmp_path)
    assert (config.company.name, config.company.id) == ("Søren ", "12345678")
    assert config.policy == Policy(deferral_method="month", oss_registered=False, payment_tolerance_minor=50)
    assert config.fik is not None
    assert config.fik.creditor == "81234567"
    assert (config.store.url, config.daemon["listen"]) == ("env:DATABASE", "0.0.0.0:80")
    text = (tmp_path / "autobook.toml").read_text()
    assert 'deferral_method = "month"               # day | month: how prepaid revenue is released\n' in text
    assert '# kortart = "71"' in text


@pytest.mark.parametrize(
    "name", ['Lyng "ApS"', "a\\b", "# not a comment", "[company]", "42", "'x'", "Linje\nskift", "\\1"]
)
def test_a_company_may_be_called_anything(tmp_path: Path, name: str) -> None:
    init_book(tmp_path, company=name)
    assert load_book(tmp_path).company.name == name


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("policy.deferal_method=day", ": unknown key 'deferal_method' in [policy]; did you mean 'deferral_method'?"),
        ("polcy.fee_vat=off", ": unknown table 'polcy' in autobook.toml; did you mean 'policy'?"),
        ("policy.fee_vat=of", (': fee_vat is "of"; allowed: "off" or "reverse_charge_monthly" or '
         '"reverse_charge_except_processing"; did you mean "off"?')),
        ("policy.fiscal_year_start=-1", ": fiscal_year_start is -1; allowed: a whole number from 1 to 12 (month)"),
        ("policy.fiscal_year_start=inf", ": fiscal_year_start is inf; allowed: a whole number"),
        ("policy.oss_registered=yes", ': oss_registered is "yes"; allowed: true or false'),
        ("deferral_method=month", " is not TABLE.KEY=VALUE"),
        ("policy.deferral_method", " is not TABLE.KEY=VALUE"),
    ],
)  # fmt: skip
def test_an_override_that_cannot_be_writes_nothing(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        init_book(tmp_path / "acme", company="Acme", overrides=[override])
    assert str(caught.value) == f"-o {override.partition('=')[0]}{message}"
    assert caught.value.fix
    assert not (tmp_path / "acme").exists()


def test_overrides_that_make_half_a_table_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        init_book(tmp_path / "acme", company="Acme", overrides=["fik.kortart=75"])
    assert str(caught.value) == "the new autobook.toml:27: [fik] has no creditor"
    assert caught.value.fix == 'add creditor = "CREDITOR" to [fik]'
    assert not (tmp_path / "acme").exists()


@pytest.mark.parametrize("name", ["autobook.toml", "chart.toml", "rules.toml"])
def test_a_file_that_is_there_is_never_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigurationError) as caught:
        init_book(tmp_path, company="Acme")
    assert str(caught.value) == f"{tmp_path / name}: exists already; nothing was written"
    assert caught.value.fix == "edit that file, or move it away first"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine")
    assert tmp_path / ".gitignore" not in init_book(tmp_path, company="Acme")
    assert (tmp_path / ".gitignore").read_text() == "mine"


def test_the_folders_of_a_book_are_private(book: Path) -> None:
    assert [(book / name).stat().st_mode & 0o777 for name in ("connections", "files")] == [0o700, 0o700]


def test_a_folder_without_a_book_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_book(tmp_path)
    assert str(caught.value) == f"there is no book in {tmp_path}: it has no autobook.toml"
    assert caught.value.fix == f"run `autobook init {tmp_path}`, or name the book with --book"


def test_a_book_without_rules_has_none_and_without_a_chart_says_so(book: Path) -> None:
    (book / "rules.toml").unlink()
    assert load_book(book).rules == ()
    (book / "chart.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"chart\.toml: cannot be read: No such file or directory"):
        load_book(book)


def test_reading_a_book_loads_nothing_but_msgspec_and_the_standard_library(book: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from autobook_core.config import load_book\n"
        f"load_book(Path({str(book)!r}))\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(names - set(sys.stdlib_module_names) - {'__mp_main__'}))"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    loaded = {
        name for name in re.findall(r"'(\w+)'", result.stdout) if not name.startswith(("_", "site", "sphinx"))
    }
    assert loaded - {"typing_extensions"} == {"autobook_core", "msgspec"}
