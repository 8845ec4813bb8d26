from typing import Any

import pytest

from autobook_core.logs import Redactor
from autobook_core.workbench.differences import differences
from autobook_core.workbench.hiding import hide_named, hide_values, names_a_secret, shown_body

SECRETS = [
    "api_key", "apiKey", "X-Api-Key", "Authorization", "client_secret", "access_token", "refreshToken", "password",
    "set-cookie", "x-signature", "passphrase",
]  # fmt: skip
PLAIN = [
    "page_token", "nextPageToken", "sync_token", "after", "author", "idempotency-key", "key", "tokens_used", "limit",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_position_or_a_count_is_no_secret(name: str) -> None:
    assert not names_a_secret(name)


def test_known_secrets_are_hidden_in_texts_and_keys_and_numbers_stay() -> None:
    value = {"a 12345678": ["x12345678y", 12345678, None, True], "b": {"c": "plain"}}
    hidden = {"a ***": ["x***y", 12345678, None, True], "b": {"c": "plain"}}
    assert hide_values(value, Redactor(["12345678"])) == hidden


def test_fields_are_hidden_by_their_names_at_any_depth() -> None:
    assert hide_named([{"user": {"password": "x", "name": "y"}, "token": ""}]) == [
        {"user": {"password": "***", "name": "y"}, "token": ""}
    ]


BODIES: dict[str, tuple[bytes, str, Any]] = {
    "json": (b'{"secret": "x", "n": 1}', "application/json; charset=utf-8", {"secret": "***", "n": 1}),
    "form": (
        b"client_secret=x&page=2",
        "application/x-www-form-urlencoded",
        {"client_secret": "***", "page": "2"},
    ),
    "text": (b"y" * 600, "text/plain", "y" * 500),
    "broken json": (b"{", "application/json", "{"),
    "nothing": (b"", "application/json", None),
}


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_a_body_is_shown_in_its_own_form_without_secrets(case: tuple[bytes, str, Any]) -> None:
    content, kind, shown = case
    assert shown_body(content, kind) == shown


def test_differences_name_the_place_and_what_became_of_it() -> None:
    before = {"a": 1, "b": {"c": [1, 2]}, "d": None}
    after = {"a": True, "b": {"c": [1, 3, 4]}, "e": "x"}
    assert [
        (item["path"], item["change"], item["before"], item["after"]) for item in differences(before, after)
    ] == [
        ("a", "changed", 1, True),
        ("b.c[1]", "changed", 2, 3),
        ("b.c[2]", "added", None, 4),
        ("d", "removed", None, None),
        ("e", "added", None, "x"),
    ]
    assert list(differences(before, before)) == []
