"""Settings explain themselves, and secrets are shown nowhere."""

from dataclasses import MISSING, FrozenInstanceError, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.connector import option, option_fields, redact, secret, secret_values


@dataclass(frozen=True)
class Config:
    """Settings of a made-up connector."""

    api_key: str = secret("Restricted key")
    region: str = option("Which region", default="eu", choices=("eu", "us"))
    note: str = option("Free text", default="")
    spare_key: str = secret("Second key", default="")


def test_fields_come_in_order_with_their_help_and_choices() -> None:
    fields = option_fields(Config)
    assert [spec.name for spec in fields] == ["api_key", "region", "note", "spare_key"]
    assert fields[0].metadata == {"help": "Restricted key", "secret": True}
    assert fields[1].metadata == {"help": "Which region", "choices": ("eu", "us")}
    assert fields[0].default is MISSING
    assert fields[1].default == "eu"


def test_a_secret_is_not_in_the_repr() -> None:
    config = Config(api_key="rk_live_123", spare_key="rk_live_456")
    assert repr(config).endswith("Config(region='eu', note='')")
    with pytest.raises(FrozenInstanceError):
        config.region = "us"  # type: ignore[misc]


def test_secret_values_come_longest_first_without_what_is_too_short_to_be_one() -> None:
    assert secret_values(Config(api_key="abcd", spare_key="abcdefgh")) == ("abcdefgh", "abcd")
    assert secret_values(Config(api_key="abc", spare_key="")) == ()
    assert secret_values(Config(api_key="same1", spare_key="same1")) == ("same1",)


def test_a_secret_inside_a_longer_one_leaves_no_trace_of_either() -> None:
    secrets = secret_values(Config(api_key="rk_live", spare_key="rk_live_123"))
    assert redact("key rk_live_123 and rk_live", secrets) == "key *** and ***"


@given(st.text("abc*", min_size=4, max_size=8), st.text("abc*", min_size=4, max_size=8), st.text(max_size=20))
def test_no_secret_survives_redaction_in_a_text(first: str, second: str, around: str) -> None:
    secrets = tuple(value for value in (first, second) if "*" not in value)
    shown = redact(f"{around}{first}{around}{second}", sorted(secrets, key=len, reverse=True))
    assert not any(value in shown for value in secrets)
