import stat
from pathlib import Path

import msgspec
import pytest

from autobook_core.errors import ConfigurationError
from autobook_core.workbench import session as module
from autobook_core.workbench.session import KeptRow, Position, Session


def row(id: str, amount: int = 1) -> KeptRow:
    return KeptRow(
        id, 1, 5, False, msgspec.Raw(msgspec.json.encode({"id": id, "amount": amount})), {"refused": "x"}
    )


def test_a_session_is_remembered_by_the_next_one_and_by_none_of_another_name(tmp_path: Path) -> None:
    Session(tmp_path, "acme").move("movement", Position({"high": 7}, 2, 3))
    assert Session(tmp_path, "acme").position("movement") == Position({"high": 7}, 2, 3)
    assert Session(tmp_path, "acme").position("other") is None
    assert Session(tmp_path, "bank").position("movement") is None


def test_a_row_that_comes_again_replaces_the_one_before(tmp_path: Path) -> None:
    session = Session(tmp_path, "acme")
    session.keep_rows("movement", [row("a"), row("b")])
    session.keep_rows("movement", [row("a", 2)])
    kept = session.rows("movement")
    assert [(item.id, bytes(item.data)) for item in kept] == [
        ("a", b'{"id":"a","amount":2}'),
        ("b", b'{"id":"b","amount":1}'),
    ]


def test_rows_without_an_id_are_kept_by_what_they_say(tmp_path: Path) -> None:
    session = Session(tmp_path, "acme")
    session.keep_rows("movement", [row("", 1), row("", 2), row("", 1)])
    assert len(session.rows("movement")) == 2


def test_only_the_latest_rows_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    session = Session(tmp_path, "acme")
    session.keep_rows("movement", [row(str(n)) for n in range(5)])
    assert [item.id for item in session.rows("movement")] == ["2", "3", "4"]


def test_its_files_are_for_their_owner_and_for_no_repository(tmp_path: Path) -> None:
    session = Session(tmp_path, "acme")
    session.keep_rows("a/b", [row("a")])
    session.move("a/b", Position({}))
    top = tmp_path / ".autobook-dev"
    assert (top / ".gitignore").read_text() == "*\n"
    files = [path for path in (top / "acme").rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["a-b.rows.json", "state.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((top / "acme").stat().st_mode) == 0o700


def test_a_file_that_was_spoilt_is_named_with_what_to_do(tmp_path: Path) -> None:
    session = Session(tmp_path, "acme")
    session.move("movement", Position({}))
    state = tmp_path / ".autobook-dev" / "acme" / "state.json"
    state.write_text('{"streams": 5}')
    with pytest.raises(ConfigurationError) as refused:
        session.position("movement")
    assert refused.value.file == str(state)
    assert "--reset" in refused.value.fix
    session.reset()
    assert session.position("movement") is None
