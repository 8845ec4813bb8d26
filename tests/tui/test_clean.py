"""Nothing of a text from outside can act on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_tui.clean import clean

#: Characters that do something to a terminal, beside any others.
ACTIVE = st.sampled_from([*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202e\u2066\u200b\ud800"])
TEXTS = st.text(st.one_of(st.characters(), ACTIVE))


@given(TEXTS, st.booleans())
def test_no_control_override_or_surrogate_survives(text: str, plain: bool) -> None:
    left = {unicodedata.category(letter) for letter in clean(text, plain=plain)}
    assert not left & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(letter) for letter in clean(text)} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


@given(TEXTS)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text(ACTIVE, min_size=1).filter(lambda text: text.strip("\t\r\n")))
def test_what_was_hidden_shows(text: str) -> None:
    assert clean(text).strip() not in ("", text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;OWNED\x07", "␛]0;OWNED␇"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x9b31m", "<9b>31m"),
        ("a\u202eb", "a<202e>b"),
        ("two\r\nlines", "two lines"),
        ("\x7f", "␡"),
        ("Ærø Café 東京 👍", "Ærø Café 東京 👍"),
        ("[bold]", "[bold]"),
        (None, ""),
    ],
)
def test_each_kind_of_mark(text: str | None, shown: str) -> None:
    assert clean(text) == shown


def test_pictures_are_numbers_where_the_terminal_knows_ascii_only() -> None:
    assert clean("\x1b[2J\x7f", plain=True) == "<1b>[2J<7f>"
