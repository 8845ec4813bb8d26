"""Payers write invoice numbers as they like; the number is found all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.matching.references import candidate_keys, names_contradict, normalise

TEXT_FORMS = [
    "AB-2025-0042",
    "ab-2025-0042",
    "AB 2025 0042",
    "AB20250042",
    "ab/2025/0042",
    "Faktura AB-2025-0042",
    "Betaling af faktura nr. AB-2025-0042, tak",
    "INV:AB.2025.0042",
    "(AB_2025_0042)",
]


@pytest.mark.parametrize("text", TEXT_FORMS)
def test_an_invoice_number_is_found_in_every_form_payers_write(text: str) -> None:
    assert normalise("AB-2025-0042") in candidate_keys([text])


@pytest.mark.parametrize("text", ["AB-2025-004", "AB-2025-00421", "B-2025-0042X", "42", "", "no number here"])
def test_another_number_is_not_taken_for_it(text: str) -> None:
    assert normalise("AB-2025-0042") not in candidate_keys([text])


@given(st.text(max_size=40))
def test_dropping_case_spaces_and_punctuation_twice_is_dropping_it_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "_" not in once
    assert not any(char.isspace() for char in once)


@given(
    st.lists(st.from_regex(r"\A[A-Z0-9]{1,6}\Z"), min_size=1, max_size=4),
    st.sampled_from(["-", " ", "/", ".", " - ", "_", "# "]),
)
def test_a_number_of_up_to_four_words_is_among_the_candidates(words: list[str], between: str) -> None:
    joined = "".join(words)
    found = candidate_keys([f"Faktura {between.join(words)}"])
    assert (joined in found) is (len(joined) >= 3 and any(char.isdigit() for char in joined))


def test_words_and_very_short_numbers_are_no_references() -> None:
    assert candidate_keys(["tak for sidst", "A1", "12"]) == []
    assert candidate_keys(["A1 B"]) == ["A1B"]


def test_a_page_of_prose_gives_no_more_keys_than_can_be_looked_up() -> None:
    pages = [" ".join(f"N{n}" for n in range(page * 500, page * 500 + 500)) for page in range(3)]
    assert len(candidate_keys(pages)) == 200


def test_the_same_candidate_is_given_once() -> None:
    assert candidate_keys(["F-1001", "F 1001"]) == ["F1001", "1001"]


@pytest.mark.parametrize(
    ("payer", "customer", "contradicts"),
    [
        ("LYNG APS", "Lyng ApS", False),
        ("Lyng Holding A/S", "Lyng ApS", False),
        ("Bakke A/S", "Lyng ApS", True),
        ("Nord Data ApS", "Syd Data ApS", False),
        ("ApS", "Lyng ApS", False),
        ("A/S", "B ApS", False),
        (None, "Lyng ApS", False),
        ("Lyng", None, False),
        ("", "Lyng", False),
        ("ÆBLE OG CO", "Æble & Co", False),
        ("Hans Jensen", "Lyng ApS", True),
    ],
)
def test_a_legal_form_is_no_likeness_and_no_contradiction(
    payer: str | None, customer: str | None, contradicts: bool
) -> None:
    assert names_contradict(payer, customer) is contradicts
