"""Golden files of a new source: made-up rows, and the records they must give from now on."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from autobook_core.scaffold.api import Api

_FIRST = 1_750_000_000
#: Names of fields that count as amounts where a row is set aside.
_AMOUNT = re.compile(r"amount|total|fee|net|tax|balance")
_AMOUNTS = (1250, 99, 400)


def golden_files(api: Api) -> dict[str, str]:
    """Return the two files of the stream, by name: a charge that succeeded, one that was withdrawn, a broken one."""
    rows = [_row(api, n, gone=n == 1) for n in range(2)]
    broken = _row(api, 2, gone=False) | {api.amount: "n/a"}
    records: list[Any] = [[_record(api, row, amount)] for row, amount in zip(rows, _AMOUNTS, strict=False)]
    records.append({"refused": _refusal(api)})
    return {
        f"{api.stream}.raw.json": _lines([*rows, broken]),
        f"{api.stream}.records.json": _lines(records),
    }


def _row(api: Api, n: int, *, gone: bool) -> dict[str, Any]:
    made = {field.name: field.example for field in api.fields}
    at = _FIRST + 60 * n
    made[api.id] = f"{api.stream}_{n + 1:04}" if api.field(api.id).type == "str" else n + 1
    made[api.created] = _instant(at, api.created_as)
    made[api.updated] = _instant(at, api.updated_as)
    major = f"{_AMOUNTS[n] // 100}.{_AMOUNTS[n] % 100:02}"
    made[api.amount] = {"minor": _AMOUNTS[n], "text": major, "number": float(major)}[api.money]
    if api.gone:
        made[api.gone] = gone
    if api.state:
        wanted = "canceled" if gone and not api.gone else "succeeded"
        made[api.state] = next(name for name, state in api.states if state == wanted)
    return made


def _record(api: Api, row: dict[str, Any], amount: int) -> dict[str, Any]:
    created = row[api.created]
    return {
        "kind": "charge",
        "id": str(row[api.id]),
        "created": int(datetime.fromisoformat(created).timestamp()) if api.created_as == "iso" else created,
        "amount": amount,
        "currency": str(row[api.currency]).upper(),
        "status": dict(api.states)[row[api.state]] if api.state else "succeeded",
    }


def _refusal(api: Api) -> str:
    """Return the code with which a row is set aside whose amount is a word."""
    if api.money == "text" or (api.money == "minor" and _AMOUNT.search(api.amount)):
        return "non_integer_amount"
    return "malformed_record"


def _instant(at: int, form: str) -> str | int:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if form == "iso" else at


def _lines(rows: list[Any]) -> str:
    return "[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
