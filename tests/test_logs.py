import ast
import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.logs import (
    EVENTS,
    HumanFormatter,
    JsonFormatter,
    RedactingFilter,
    Redactor,
    configure,
    event,
    protect,
    redacting_logger,
)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def record(message: str = "page.landed", *args: Any, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("autobook_core.test", logging.INFO, "f.py", 1, message, args, None)
    made.fields = fields
    return made


def events_written() -> Iterator[tuple[str, str]]:
    """Yield place and first text argument of every call of ``event`` in the product."""
    for folder in ("autobook_core", "connectors", "tui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = (
                    isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "event"
                )
                if called and isinstance(node, ast.Call) and len(node.args) > 1:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", ast.literal_eval(node.args[1])


def test_the_catalogue_and_the_code_name_the_same_events() -> None:
    written = {name for _, name in events_written()}
    assert written == {entry.name for entry in EVENTS}, list(events_written())


def test_every_event_is_named_noun_verb_once_in_order_with_one_sentence() -> None:
    names = [entry.name for entry in EVENTS]
    assert names == sorted(set(names))
    for entry in EVENTS:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", entry.name)
        assert re.fullmatch(r"[A-Z].*\.", entry.meaning)


def test_an_event_carries_its_values_in_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        event(logging.getLogger("x"), "page.landed", connection="stripe", rows=100)
    assert caplog.records[0].getMessage() == "page.landed"
    assert vars(caplog.records[0])["fields"] == {"connection": "stripe", "rows": 100}
    assert caplog.records[0].filename == "test_logs.py"


def test_an_event_may_have_fields_of_any_name() -> None:
    event(logging.getLogger("x"), "page.landed", name="n", message="m", args="a", logger="l")


def test_people_read_one_line() -> None:
    line = HumanFormatter().format(record(connection="stripe", rows=100, reason="came back late", at=None))
    assert line.endswith('INFO    page.landed connection=stripe rows=100 reason="came back late" at=null')


def test_machines_read_one_object() -> None:
    line = json.loads(JsonFormatter().format(record(connection="stripe", rows=100, event="own", ids=["a"])))
    assert line["event"] == "page.landed"
    assert (line["level"], line["logger"]) == ("info", "autobook_core.test")
    assert (line["connection"], line["rows"], line["event_"], line["ids"]) == ("stripe", 100, "own", ["a"])
    assert line["time"].endswith("+00:00")


FORGED = 'x"\n2030-01-01 ERROR books.lost connection=all\r\u2028\x1b[2Ay\u202e'


@pytest.mark.parametrize("formatter", [HumanFormatter(), JsonFormatter()])
def test_a_value_cannot_start_a_line_or_move_the_cursor(formatter: logging.Formatter) -> None:
    line = formatter.format(record(FORGED, value=FORGED, **{FORGED: 1}))
    assert len(line.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", line)


@given(st.text())
def test_every_record_stays_on_one_line_in_both_forms(text: str) -> None:
    for formatter in (HumanFormatter(), JsonFormatter()):
        assert len(formatter.format(record("%s", text, value=text, listed=[text])).splitlines()) <= 1


def failed_record(message: str) -> logging.LogRecord:
    made = record()
    try:
        raise ValueError(message)
    except ValueError as error:
        made.exc_info = (ValueError, error, error.__traceback__)
    return made


def test_a_traceback_cannot_pass_for_another_line() -> None:
    lines = HumanFormatter().format(failed_record("one\n2030-01-01 ERROR forged")).split("\n")
    assert len(lines) > 3
    assert all(line.startswith("  | ") for line in lines[1:])
    line = JsonFormatter().format(failed_record("one\ntwo"))
    assert "\n" not in line
    assert "ValueError: one\ntwo" in json.loads(line)["exception"]


SECRET = 'sk_live/+ "42"'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        "sk_live%2F%2B+%2242%22",
        json.dumps(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"{SECRET}:".encode()).decode(),
    ],
)
def test_a_secret_is_hidden_in_every_form_in_which_it_travels(form: str) -> None:
    text = Redactor([SECRET])(f"before {form} after")
    assert text.replace('"', "").replace("=", "") == "before *** after"


def test_a_secret_inside_another_does_not_leave_the_rest_of_it() -> None:
    assert Redactor(["abcd", "abcdefgh"])("abcdefgh abcd") == "*** ***"


def test_what_is_too_short_to_be_a_secret_does_not_blank_out_words() -> None:
    assert Redactor(["", "a", "abc"])("an abc") == "an abc"


def test_a_redactor_shows_none_of_its_secrets() -> None:
    assert "sk_live" not in repr(Redactor([SECRET]))


def test_the_filter_hides_secrets_in_message_fields_and_traceback() -> None:
    made = failed_record(f"refused {SECRET}")
    made.msg, made.args = "key %s", (SECRET,)
    made.fields = {"url": f"/x?k={SECRET}", "list": [SECRET, {"deep": SECRET}], "rows": 3, SECRET: 1}
    assert RedactingFilter(Redactor([SECRET])).filter(made)
    for formatter in (HumanFormatter(), JsonFormatter()):
        line = formatter.format(made)
        assert "sk_live" not in line
        assert "***" in line
    assert "sk_live" not in repr(vars(made))
    assert vars(made)["fields"]["rows"] == 3


def test_a_log_line_whose_arguments_do_not_fit_is_still_written_and_redacted() -> None:
    made = record("%d rows", SECRET)
    RedactingFilter(Redactor([SECRET])).filter(made)
    assert HumanFormatter().format(made).count("***") == 1


def test_the_logger_of_a_connection_hides_its_secrets(caplog: pytest.LogCaptureFixture) -> None:
    redacting_logger("autobook.connection.test", Redactor(["first-secret"]))
    logger = redacting_logger("autobook.connection.test", Redactor(["second-secret"]))
    logger.warning("second-secret")
    assert caplog.records[0].getMessage() == "***"
    assert len(logger.filters) == 1


def test_a_process_writes_one_line_an_event_and_hides_the_secrets_of_open_connections() -> None:
    redactor = Redactor(["process-secret"])
    protect(redactor)
    stream = io.StringIO()
    configure(stream=io.StringIO())
    configure(stream=stream, json=True, level="INFO")
    event(logging.getLogger("a.b"), "page.landed", note="process-secret")
    event(logging.getLogger("a.b"), "page.landed", level=logging.DEBUG)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["note"] for line in lines] == ["***"]
