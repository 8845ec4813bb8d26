"""Diagnostics: fixed event names, everything else in fields, and nothing secret in either.

An event is named ``noun.verb`` and never holds a value; values stand in fields, so that a search for
an event finds all of them. What an outsider wrote (an error text, a file name) can neither start a
new line nor hide one. Libraries call :func:`event`; only a front end calls :func:`configure`.
"""

import base64
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple, TextIO
from urllib.parse import quote, quote_plus
from weakref import WeakSet

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Event(NamedTuple):
    """One kind of log line: its fixed name and what it says happened."""

    name: str
    meaning: str


#: Every event there is, by name. tests/test_logs.py compares the list with the code.
EVENTS = (
    Event(
        "connector.printed",
        "A connector wrote to its standard output; it is shown here, cut, and nowhere else.",
    ),
    Event("connector.refused", "A connector asked for something it did not declare, and did not get it."),
    Event("connector.said", "A connector wrote a line to its log; its words are in the field text."),
    Event("credentials.refreshed", "An access token was renewed and a rotated refresh token was kept."),
    Event("plugin.failed", "An observer of a plugin raised, or did not return within its time."),
    Event("plugin.loaded", "A plugin was found, checked and registered."),
    Event("plugin.refused", "A plugin could not be loaded and was left out; the others run."),
    Event("request.answered", "The other side answered a request."),
    Event("request.parked", "The other side asks for a longer wait than a thread may sleep."),
    Event("request.retried", "A request failed in a way that passes, and will be sent again."),
)

#: A secret shorter than this is not looked for: it would blank out ordinary words.
SHORTEST_SECRET = 4
_HIDDEN = "***"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_PLAIN = re.compile(r"[^\s\"=\\]+")
_RESERVED = frozenset({"time", "level", "logger", "event", "exception"})


class Redactor:
    """Replaces secrets by ``***``, in every form in which they travel.

    Besides the value itself these are its URL-encoded, JSON-escaped and Base64 forms, the last also as
    the name or password of a Basic header without its other half.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._forms: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide these values too, from now on."""
        with self._lock:
            known = len(self._forms)
            for secret in secrets:
                if len(secret) >= SHORTEST_SECRET:
                    self._forms |= dict.fromkeys(_forms_of(secret))
            if len(self._forms) > known:
                longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
                self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        return self._pattern.sub(_HIDDEN, text) if self._pattern else text

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._forms)} forms>"


def _forms_of(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = {base64.b64encode(raw).decode(), base64.b64encode(raw + b":").decode()}
    return {
        secret,
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
        json.dumps(secret)[1:-1],
        *encoded,
        *(form.rstrip("=") for form in encoded),
    }


_protected: WeakSet[Redactor] = WeakSet()
_protected_lock = threading.Lock()


def protect(redactor: Redactor) -> None:
    """Let every redacting filter of this process hide these secrets, for as long as the redactor lives."""
    with _protected_lock:
        _protected.add(redactor)


class RedactingFilter(logging.Filter):
    """Takes secrets out of a log record: message, fields and traceback, before any handler sees it."""

    def __init__(self, *redactors: Redactor) -> None:
        super().__init__()
        self._own = redactors

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it pass."""
        record.msg, record.args = self._clean(_message(record)), ()
        if hasattr(record, "fields"):
            record.fields = self._clean_value(record.fields)
        if record.exc_info:
            record.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        with _protected_lock:
            redactors = (*self._own, *_protected)
        for redactor in redactors:
            text = redactor(text)
        return text

    def _clean_value(self, value: Any) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case dict():
                return {self._clean(str(name)): self._clean_value(item) for name, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean_value(item) for item in value]
            case _:
                return self._clean(str(value))


def event(
    logger: logging.Logger,
    name: str,
    /,
    *,
    level: int = logging.INFO,
    exc_info: BaseException | bool | None = None,
    **fields: Any,
) -> None:
    """Write one event of :data:`EVENTS` with its fields."""
    if logger.isEnabledFor(level):
        logger.log(level, name, exc_info=exc_info, extra={"fields": fields}, stacklevel=2)


def redacting_logger(name: str, redactor: Redactor) -> logging.Logger:
    """Return the logger of that name, which hides the redactor's secrets in all that is written to it."""
    logger = logging.getLogger(name)
    for old in [item for item in logger.filters if isinstance(item, RedactingFilter)]:
        logger.removeFilter(old)
    logger.addFilter(RedactingFilter(redactor))
    return logger


def configure(*, stream: TextIO | None = None, json: bool = False, level: int | str = logging.INFO) -> None:
    """Send the logs of this process to a stream, standard error by default. A second call replaces the first.

    Args:
        stream: where the lines go.
        json: one JSON object a line instead of words for people.
        level: the least level that is written.
    """
    handler = _OwnHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if json else HumanFormatter())
    handler.addFilter(RedactingFilter())
    root = logging.getLogger()
    for old in [item for item in root.handlers if isinstance(item, _OwnHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)


class _OwnHandler(logging.StreamHandler[TextIO]):
    """Marks the handler that :func:`configure` may replace."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; a field with a reserved name gets a trailing underscore."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record),
        }
        for name, value in _fields(record).items():
            line[f"{name}_" if name in _RESERVED else name] = value
        if trace := _traceback(record):
            line["exception"] = trace
        return json.dumps(line, default=str)


class HumanFormatter(logging.Formatter):
    """One line for people; a traceback follows with each of its lines marked by a bar."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, event and ``name=value`` fields."""
        parts = [_time(record), f"{record.levelname:<7}", printable(_message(record))]
        parts += [f"{printable(name)}={_word(value)}" for name, value in _fields(record).items()]
        lines = [
            " ".join(parts),
            *(f"  | {printable(line)}" for line in _traceback(record).split("\n") if line),
        ]
        return "\n".join(lines)


def printable(text: str) -> str:
    r"""Return the text with everything that moves the cursor or hides itself written as ``\uXXXX``."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _word(value: Any) -> str:
    text = printable(value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False))
    plain = _PLAIN.fullmatch(text) or not isinstance(value, str)
    return text if plain else '"' + text.replace('"', '\\"') + '"'


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # the arguments of a plugin's log line do not fit its text
        return f"{record.msg} {record.args!r}"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = getattr(record, "fields", None)
    return fields if isinstance(fields, dict) else {}


def _traceback(record: logging.LogRecord) -> str:
    trace = record.exc_text or (
        logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    )
    return "\n".join(part for part in (trace, record.stack_info) if part)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
