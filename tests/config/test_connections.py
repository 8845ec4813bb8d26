"""``connections/*.toml``: written once, whole and private, and read back as written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from autobook_core.config import load_book, write_connection
from autobook_core.connector import option, secret
from autobook_core.errors import ConfigurationError

Refusal = Callable[[str, str], tuple[str, str]]
CANARY = "canary-5f2a91"


@dataclass(frozen=True)
class Config:
    api_key: str = secret("Restricted key")
    region: str = option("Which region", default="eu")


def test_what_is_written_is_read_back(book: Path) -> None:
    options = {
        "api_key": "env:STRIPE_KEY",
        "page_size": 5,
        "live": True,
        "since": date(2025, 1, 1),
        "none": None,
    }
    path = write_connection(
        book,
        "stripe-dk_1",
        "stripe",
        options,
        start=date(2024, 1, 1),
        account_id="acct_1",
        role="stripe_clearing",
    )
    assert path == book / "connections" / "stripe-dk_1.toml"
    assert path.read_text() == (
        'type = "stripe"\nstart = 2024-01-01\naccount_id = "acct_1"\nrole = "stripe_clearing"\n\n'
        '[options]\napi_key = "env:STRIPE_KEY"\npage_size = 5\nlive = true\nsince = 2025-01-01\n'
    )
    (found,) = load_book(book).connections.values()
    assert (found.name, found.type, found.file) == ("stripe-dk_1", "stripe", path)
    assert (found.start, found.account_id, found.role) == (date(2024, 1, 1), "acct_1", "stripe_clearing")
    assert found.options == {
        "api_key": "env:STRIPE_KEY",
        "page_size": 5,
        "live": True,
        "since": date(2025, 1, 1),
    }


def test_a_connection_is_private_and_leaves_nothing_beside_it(book: Path) -> None:
    path = write_connection(book, "bank", "bank", {})
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_connection_is_never_written_over(book: Path) -> None:
    path = write_connection(book, "bank", "bank", {"a": 1})
    before = path.read_bytes()
    with pytest.raises(
        ConfigurationError, match=r"bank\.toml: exists already; nothing was written"
    ) as caught:
        write_connection(book, "bank", "bank", {"a": 2})
    assert caught.value.fix == "edit that file, or move it away first"
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["", "Stripe", "a b", "../a", "a.b", "ø", "a" * 65, "a\n"])
def test_a_name_that_is_no_file_name_is_refused(book: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a connection; allowed: lower-case letters"):
        write_connection(book, name, "bank", {})
    assert list((book / "connections").iterdir()) == []


def test_a_clear_secret_reaches_no_file(book: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^api_key holds a secret in clear text$") as caught:
        write_connection(book, "acme", "acme", {"api_key": CANARY}, config_class=Config)
    assert CANARY not in repr(caught.value) + caught.value.fix
    assert list((book / "connections").iterdir()) == []


def test_the_repr_of_a_book_shows_no_option(book: Path) -> None:
    (book / "connections" / "acme.toml").write_text(f'type = "acme"\n[options]\napi_key = "{CANARY}"\n')
    assert CANARY not in repr(load_book(book))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[options]\n", "connections/new.toml:1: the file has no type"),
        (
            'type = "bank"\nstrat = 2025-01-01\n',
            "connections/new.toml:2: unknown key 'strat' in the file; did you mean 'start'?",
        ),
        (
            'type = "bank"\nstart = "soon"\n',
            'connections/new.toml:2: start is "soon"; allowed: a date such as 2025-01-31',
        ),
        (
            'type = "bank"\nrole = "bnk"\n',
            "connections/new.toml:2: no account has the role or number 'bnk'; did you mean 'bank'?",
        ),
        (
            'type = "stripe"\n# pinned\naccount_id = "acct_1"\n',
            "connections/new.toml:3: account acct_1 is already read by the connection 'first'",
        ),
        (
            'type = "a b"\n',
            (
                'connections/new.toml:1: type is "a b"; allowed: '
                "the short name of a connector, as in `autobook connectors`"
            ),
        ),
        ('type = "bank"\noptions = 3\n', "connections/new.toml:2: options is 3, not a table"),
        (
            f'type = "acme"\napi_key = "{CANARY}"\n',
            "connections/new.toml:2: unknown key 'api_key' in the file",
        ),
        (f'type = "acme"\n[options]\napi_key = {CANARY}\n', "connections/new.toml:3: this is not TOML: "),
    ],
)
def test_a_refusal_names_line_and_cause(book: Path, refusal: Refusal, text: str, message: str) -> None:
    write_connection(book, "first", "stripe", {}, account_id="acct_1")
    said, fix = refusal("connections/new.toml", text)
    assert said == message or (message.endswith(": ") and said.startswith(message))
    assert fix
    assert CANARY not in said + fix


def test_the_same_account_of_another_type_is_another_account(book: Path) -> None:
    write_connection(book, "a", "stripe", {}, account_id="1")
    write_connection(book, "b", "bank", {}, account_id="1")
    assert list(load_book(book).connections) == ["a", "b"]


def test_a_file_whose_name_is_no_name_is_refused(refusal: Refusal) -> None:
    said, fix = refusal("connections/My Bank.toml", 'type = "bank"\n')
    assert said.startswith("connections/My Bank.toml:1: 'My Bank' is no name of a connection; allowed: ")
    assert fix == "rename the file"
