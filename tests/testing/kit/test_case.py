"""How a case ends, whatever the connector does to it."""

from collections.abc import Callable

import pytest

from autobook_core.testing.kit.case import Case, Group, run_case, unknown_exemptions


class Nothing:
    def close(self) -> None:
        pass


def case(run: Callable[[Nothing], None]) -> Case[Nothing]:
    return Case("a", Group.DATA, "a bug", run)


def test_what_a_connector_raises_is_a_failure_in_words() -> None:
    def run(bench: Nothing) -> None:
        raise KeyError("amount")

    result = run_case(case(run), Nothing)
    assert (result.outcome, result.detail) == ("failed", "KeyError: 'amount'")


def test_a_bench_that_cannot_be_set_up_is_a_failure() -> None:
    def broken() -> Nothing:
        raise ValueError("no such setting")

    assert run_case(case(lambda bench: None), broken).outcome == "failed"


def test_a_keyboard_interrupt_of_a_person_is_let_through() -> None:
    def run(bench: Nothing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_case(case(run), Nothing)


def test_an_exempt_case_is_not_run() -> None:
    def run(bench: Nothing) -> None:
        raise AssertionError("it was run")

    result = run_case(case(run), Nothing, {"a": "it cannot"})
    assert (result.outcome, result.detail) == ("exempt", "it cannot")


def test_exemptions_name_cases_there_are_and_say_why() -> None:
    cases = [case(lambda bench: None)]
    assert unknown_exemptions({"a": "it cannot"}, cases) == []
    assert len(unknown_exemptions({"a": " ", "b": "it cannot"}, cases)) == 2
