"""A connector's settings, from a file and from the command line, and the secrets that must not leak."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.config import build_config, check_options, parse_options, resolver
from autobook_core.connector import option, secret
from autobook_core.errors import ConfigurationError

CANARY = "canary-5f2a91"


@dataclass(frozen=True)
class Config:
    api_key: str = secret("Restricted key with read access (Dashboard > Developers)")
    region: str = option("Which region holds the account", default="eu", choices=("eu", "us"))
    page_size: int = option("Rows of a page", default=100)
    live: bool = option("Whether real money moves", default=True)
    since: date | None = option("The first day to read", default=None)  # noqa: RUF009
    accounts: tuple[str, ...] = option("Which accounts to read", default=())
    webhook_secret: str | None = secret("Signs webhooks", default=None)


@dataclass(frozen=True)
class Plain:
    folder: str = option("Where the files lie")


resolve = resolver(Path(), {"KEY": CANARY})
KEY = {"api_key": "env:KEY"}


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        call()
    error = caught.value
    assert CANARY not in repr(error) + str(error) + error.fix + repr(error.__cause__) + repr(
        error.__context__
    )
    return str(error), error.fix


def test_a_config_is_built_with_its_secret_and_defaults() -> None:
    config = build_config(Config, KEY, resolve)
    assert config == Config(api_key=CANARY)
    assert CANARY not in repr(config)


def test_values_of_a_file_keep_their_types() -> None:
    options = KEY | {
        "page_size": 5,
        "live": False,
        "since": date(2025, 1, 1),
        "accounts": ["a", "b"],
        "region": "us",
    }
    config = build_config(Config, options, resolve)
    assert config == Config(CANARY, "us", 5, False, date(2025, 1, 1), ("a", "b"))


def test_texts_of_the_command_line_become_values() -> None:
    texts = [
        "api_key=env:KEY",
        "page_size=5",
        "live=false",
        "since=2025-01-01",
        "accounts=a, b",
        "region = us",
    ]
    options = parse_options(Config, texts)
    assert options == {
        "api_key": "env:KEY",
        "page_size": 5,
        "live": False,
        "since": date(2025, 1, 1),
        "accounts": ["a", "b"],
        "region": "us",
    }
    assert build_config(Config, options, resolve).since == date(2025, 1, 1)


def test_an_option_may_hold_an_equals_sign() -> None:
    assert parse_options(Plain, ["folder=a=b"]) == {"folder": "a=b"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["regoin=eu"], "unknown option 'regoin' in options; did you mean 'region'?"),
        (["region=mars"], 'region is "mars"; allowed: "eu" or "us"'),
        (["page_size=many"], 'page_size is "many"; allowed: a whole number'),
        (["page_size=1.5"], 'page_size is "1.5"; allowed: a whole number'),
        (["page_size=inf"], 'page_size is "inf"; allowed: a whole number'),
        (["live=perhaps"], 'live is "perhaps"; allowed: true or false'),
        (["since=yesterday"], 'since is "yesterday"; allowed: a date such as 2025-01-31'),
        (["region=eu", "region=us"], "-o region was given twice"),
        ([CANARY], "-o takes key=value; there is no = in what was given"),
        ([f"api_key={CANARY}"], "api_key holds a secret in clear text"),
    ],
)
def test_a_text_that_is_no_value_is_refused(texts: list[str], message: str) -> None:
    said, fix = refused(lambda: parse_options(Config, texts))
    assert said == message
    assert fix


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], tuple[Path, dict[str, Any]]]:
    def write(options: str) -> tuple[Path, dict[str, Any]]:
        import tomllib

        path = tmp_path / "acme.toml"
        path.write_text(f'type = "acme"\n\n[options]\n# what the connector needs\n{options}\n')
        return path, tomllib.loads(path.read_text())["options"]

    return write


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (
            'api_key = "env:KEY"\nregoin = "eu"',
            "acme.toml:6: unknown option 'regoin' in options; did you mean 'region'?",
            "options are: api_key, region, page_size, live, since, accounts, webhook_secret",
        ),
        (
            'region = "eu"',
            "acme.toml:3: option 'api_key' is missing: Restricted key with read access (Dashboard > Developers)",
            'add api_key = "env:API_KEY" to [options]',
        ),
        (
            'api_key = "env:KEY"\npage_size = "5"',
            'acme.toml:6: page_size is "5"; allowed: a whole number',
            "change page_size to a whole number",
        ),
        (
            'api_key = "env:KEY"\npage_size = nan',
            "acme.toml:6: page_size is nan; allowed: a whole number",
            "change page_size to a whole number",
        ),
        (
            'api_key = "env:KEY"\nregion = "mars"',
            'acme.toml:6: region is "mars"; allowed: "eu" or "us"',
            'change region to "eu" or "us"',
        ),
        (
            f'region = "eu"\napi_key = "{CANARY}"',
            "acme.toml:6: api_key holds a secret in clear text",
            'write "env:NAME", "file:PATH", "keyring:NAME" or "credential:NAME" instead, and renew the secret',
        ),
        (
            "api_key = 5",
            "acme.toml:5: api_key holds a secret in clear text",
            'write "env:NAME", "file:PATH", "keyring:NAME" or "credential:NAME" instead, and renew the secret',
        ),
        (
            'api_key = "env:NONE"',
            "acme.toml:5: api_key: the environment variable NONE is not set",
            "set it where autobook runs: export NONE=...",
        ),
    ],
)
def test_a_refusal_names_the_line_of_the_connection_file(
    file: Callable[[str], tuple[Path, dict[str, Any]]], options: str, message: str, fix: str
) -> None:
    path, values = file(options)
    said, how = refused(lambda: build_config(Config, values, resolve, file=path))
    assert said == f"{path.parent}/{message}"
    assert how == fix


def test_options_can_be_checked_before_their_secrets_exist() -> None:
    check_options(Config, {"api_key": "env:NOT_YET"})
    said, fix = refused(lambda: check_options(Plain, {}))
    assert said == "option 'folder' is missing: Where the files lie"
    assert fix == 'add folder = "...", or -o folder=...'
