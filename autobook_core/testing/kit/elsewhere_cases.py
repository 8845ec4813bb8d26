"""Records are the same on every machine: whatever its locale, and however its Python scatters sets."""

from typing import Any

from autobook_core.intake.translation import Refusal, Translator
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Broken, Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import pages
from autobook_core.testing.kit.elsewhere import Row, Unreachable, said, said_elsewhere
from autobook_core.testing.kit.watch import comma_locale
from autobook_core.testing.kit.world import START

case: Cases[Bench] = Cases(Group.PURITY)
ELSEWHERE_CASES = case.all

#: An amount in minor units that is told from its tenfold and its hundredfold.
_AMOUNT = 7_531
#: A currency of two decimals, to see how amounts are told at all; then those of none and of three.
_USUAL, _UNUSUAL = "EUR", ("JPY", "KWD")


@case("other-locale", bug="where decimals are written with a comma, an amount is another one or none")
def other_locale(bench: Bench) -> None:
    """Records are the same where people write 1,5 for one and a half."""
    rows = _landed(bench)
    here = said(bench.subject.make_source(), rows)
    with comma_locale():
        there = said(bench.subject.make_source(), rows)
    _hold(here, there, "with another locale, where decimals have a comma")


@case(
    "hash-seed", bug="an id made with hash(), or an order taken from a set, is another one in every process"
)
def hash_seed(bench: Bench) -> None:
    """Records are the same, and in the same order, in another process."""
    rows = _landed(bench)
    here = said(bench.subject.make_source(), rows)
    try:
        answers = said_elsewhere(bench.subject.source, bench.subject.config, rows, seeds=(1, 2))
    except Unreachable as reason:
        raise NotApplicable(str(reason)) from None
    for there in answers:
        _hold(here, there, "in another process: hash() and sets differ from run to run")


@case("minor-units", bug="amounts in yen are taken for hundredths, those in dinars for hundredths of a dinar")
def minor_units(bench: Bench) -> None:
    """An amount in a currency of no or of three decimals stays the number of minor units it is."""
    if not _tells(bench, "currency"):
        raise NotApplicable("make_record() of the fake takes no currency")
    if _AMOUNT not in _amounts(bench, _USUAL):
        raise NotApplicable("records do not hold the amounts of rows as they are")
    for code in _UNUSUAL:
        found = _amounts(bench, code)
        told = ", ".join(map(str, sorted(found))) or "none"
        require(
            _AMOUNT in found,
            f"a row of {_AMOUNT} minor units of {code} gives a record with {told}: how many decimals a currency has "
            "is not for a connector to mend, and not always two",
        )


def _landed(bench: Bench) -> list[Row]:
    """Let rows arrive and be withdrawn, and return them as they were kept."""
    pages(bench, 2)
    bench.world.change(0, deleted=True)
    bench.sync_well()
    return [(stream, row.data) for _, (stream, row) in sorted(bench.state().raw.items())]


def _hold(here: list[Any], there: list[Any], where: str) -> None:
    for one, other in zip(here, there, strict=True):
        if one != other:
            raise Broken(f"records are others {where}. Here: {_shown(one)}. There: {_shown(other)}")


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 240 else text[:240] + "..."


def _tells(bench: Bench, change: str) -> bool:
    """Tell whether the fake knows a change beside those that every fake knows."""
    plain = bench.api.make_record(0, START)
    try:
        return bool(bench.api.make_record(0, START, **{change: "JPY"}) != plain)
    except (TypeError, KeyError):
        return False


def _amounts(bench: Bench, code: str) -> set[int]:
    """Return every whole number in the records of a row in a currency, without signs.

    Raises:
        Broken: the row gives no record.
    """
    (fact,) = bench.world.insert(1)
    fact.changes |= {"amount": _AMOUNT, "currency": code}
    bench.sync_well()
    stream, row = bench.state().raw[bench.world.id_of(bench.world.row(fact))]
    records = Translator(bench.subject.make_source()).records(stream, row)
    require(not isinstance(records, Refusal), f"a row in {code} gives no record: {records}")
    assert not isinstance(records, Refusal)
    own = [record for record in records if getattr(record, "currency", code) == code]
    return {abs(value) for record in own for value in _values(record) if type(value) is int}


def _values(record: object) -> list[object]:
    return [getattr(record, name) for name in getattr(record, "__struct_fields__", ())]
