"""Files of envelopes: every line lands, or is reported with its number and kept aside."""

import json
from typing import Any

import pytest

from autobook_core.connector import Envelope, Malformed, NotSupported
from autobook_core.intake import importing
from autobook_core.intake.builtin import BUILTIN, NoConfig
from autobook_core.intake.importing import Importer, Target
from autobook_core.intake.landing import raw_row
from autobook_core.intake.translation import Translator


@pytest.fixture
def importer(intake: Any) -> Any:
    """Makes importers that know the built-in sources."""

    def made(**more: Any) -> Importer:
        def target(source: str) -> Target | None:
            if source not in BUILTIN:
                return None
            with intake.store.writing():
                row = intake.store.connections.get(source, source)
            return Target(row.id, Translator(BUILTIN[source](NoConfig())))

        return Importer(intake.store, target, now=lambda: 1, **({"book": lambda: None} | more))

    return made


def line(ref: str = "M-1", **more: Any) -> bytes:
    data = {"ref": ref, "date": "2025-01-31", "text": "t", "lines": [{"account": "1", "debit": 5}]}
    return json.dumps({"source": "user", "type": "manual_entry", "data": data} | more).encode() + b"\n"


def test_lines_land_under_their_own_ids(importer: Any, intake: Any) -> None:
    report = importer().take(
        "a.jsonl", [line(), b"\n", line("M-2", event_id="e", received_at="2025-02-01T10:00:00Z")]
    )
    assert (report.lines, report.new, report.known, report.problems) == (2, 2, 0, [])
    rows = intake.waiting()
    assert [(row.id, row.received_at, row.event_id) for row in rows] == [
        ("M-1", 0, ""),
        ("M-2", 1_738_404_000, "e"),
    ]
    assert rows[0].created == 1_738_281_600


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"nonsense", "malformed"),
        (b'{"source": "user"}', "missing required field"),
        (b'{"source": "nobody", "type": "x", "data": {}}', "no connection or connector is called 'nobody'"),
        (b'{"source": "user", "type": "x", "data": {}}', "user knows no records of type 'x'"),
        (line(received_at="yesterday"), "Invalid isoformat"),
        (b"\xff\xfe", ""),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_and_kept(
    importer: Any, intake: Any, text: bytes, why: str
) -> None:
    report = importer().take("a.jsonl", [line(), text, line("M-2")])
    assert report.new == 3
    (problem,) = report.problems
    assert problem.startswith("a.jsonl:2: ")
    assert why in problem
    assert text.strip() in [row.data.strip() for row in intake.waiting()]


def test_a_row_without_a_readable_id_lands_to_be_set_aside(importer: Any, intake: Any) -> None:
    report = importer().take("a.jsonl", [b'{"source": "user", "type": "manual_entry", "data": {"ref": 5}}'])
    assert (report.new, report.problems) == (1, [])
    assert [row.id for row in intake.waiting()] == [""]


def test_long_files_land_in_pages_and_tell_their_progress(
    importer: Any, intake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE_ROWS", 3)
    told: list[int] = []
    report = importer(progress=told.append).take("a.jsonl", [line(f"M-{n}") for n in range(7)])
    assert (report.new, told) == (7, [3, 3])
    assert len(intake.store.pages.waiting(9)) == 3


def test_only_the_first_problems_are_told(importer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_MOST_TOLD", 2)
    assert len(importer().take("a.jsonl", [b"x", b"y", b"z"]).problems) == 2


def test_rows_of_a_connections_own_file_keep_its_name(
    importer: Any, intake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE_ROWS", 2)
    told: list[int] = []
    rows = [("manual_entry", Envelope(f"M-{n}", data=b"{}")) for n in range(3)]
    report = importer(progress=told.append).take_rows("user", rows, origin="bank.xml")
    assert (report.lines, report.new, told) == (3, 3, [2])
    assert {intake.store.pages.get(page.id).origin for page in intake.store.pages.waiting(9)} == {"bank.xml"}


# The built-in sources.


def source(name: str) -> Any:
    return BUILTIN[name](NoConfig())


def records(name: str, stream: str, data: Any) -> Any:
    translator = Translator(source(name))
    raw = json.dumps(data).encode()
    envelope = source(name).envelope(translator.streams[stream], raw)
    found = translator.records(stream, raw_row(envelope))
    return envelope.id, found


def test_a_rate_is_known_by_its_day_and_pair() -> None:
    rate = {"date": "2025-01-31", "base": "eur", "quote": "dkk", "rate": "7.46"}
    id, (record,) = records("fx", "fx_rate", rate)
    assert id == record.id == "2025-01-31-EUR-DKK"
    assert (record.base, record.quote, record.rate) == ("EUR", "DKK", "7.46")


def test_opening_balances_are_known_by_their_day() -> None:
    id, (record,) = records("book", "opening_balances", {"date": "2025-01-01", "balances": {"bank": 5}})
    assert id == record.id == "opening-2025-01-01"
    assert record.balances == {"bank": 5}


def test_a_manual_entry_is_known_by_its_ref() -> None:
    id, (record,) = records("user", "manual_entry", json.loads(line())["data"])
    assert id == record.id == "M-1"
    assert [(leg.account, leg.debit, leg.credit) for leg in record.lines] == [("1", 5, 0)]


@pytest.mark.parametrize("name", ["user", "book", "fx", "import"])
def test_built_in_sources_come_by_file_only(name: str) -> None:
    ctx: Any = object()
    assert source(name).check(ctx).ok
    with pytest.raises(NotSupported):
        source(name).fetch(ctx, source(name).streams[0], None)


def test_a_line_nobody_can_read_gives_no_record() -> None:
    found = Translator(source("import")).records("line", raw_row(Envelope("x", data=b"{}")))
    assert getattr(found, "code", "") == "malformed_record"
    with pytest.raises(Malformed):
        source("fx").envelope(source("fx").streams[0], b"{}")
