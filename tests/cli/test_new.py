"""``autobook new``: a connector's files from a few words, and what is said when they cannot be."""

import json
from pathlib import Path

import pytest

from .conftest import Run

SHOP = Path(__file__).parents[1] / "scaffold" / "openapi" / "shopworks.json"


def test_a_new_connector_is_a_list_of_files_and_the_commands_that_follow(tmp_path: Path, run: Run) -> None:
    done = run(*"new connector acmepay --role source --auth basic --paging cursor --dir".split(), tmp_path)
    assert done.code == 0
    folder = tmp_path / "autobook-acmepay"
    first, *listed = done.lines
    assert first == f"a new source in {folder}:"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {line.strip() for line in listed} == there
    assert [line.removeprefix("next:").strip() for line in done.err.splitlines()] == [
        f"cd {folder}", "pip install --no-build-isolation --no-deps -e .", "pytest", "autobook connectors acmepay",
    ]  # fmt: skip


def test_json_tells_the_same(tmp_path: Path, run: Run) -> None:
    done = run("new", "connector", "shop", "--openapi", SHOP, "--dir", tmp_path, "--json")
    assert (done.code, done.err) == (0, "")
    told = done.json
    assert (told["connector"], told["role"], told["auth"], told["paging"]) == (
        "shop",
        "source",
        "header",
        "page",
    )
    assert all((Path(told["folder"]) / name).is_file() for name in told["files"])
    assert any("`on_hold`" in sentence for sentence in told["to_decide"])
    assert told["next"][2] == "pytest"


def test_what_a_document_leaves_open_is_listed(tmp_path: Path, run: Run) -> None:
    done = run("new", "connector", "shop", "--openapi", SHOP, "--dir", tmp_path)
    decide = done.out.partition("\nto decide:\n")[2].splitlines()
    assert decide
    assert decide[0] == "  Which request says whose key it is: `/v1/account` is made up."


def test_one_file_in_the_plugins_folder_is_a_connector_at_once(fresh: Path, run: Run) -> None:
    for name, role in (("try-out", "source"), ("trial", "sink")):
        done = run("new", "connector", name, "--role", role, "--one-file", "--book", fresh)
        assert done.code == 0, done.err
        assert done.lines[1] == f"  {name.replace('-', '_')}.py"
    listed = run("connectors", "--book", fresh, "--json").json
    assert listed["broken"] == []
    mine = {
        item["type"]: item["roles"] for item in listed["connectors"] if item["plugin"].startswith("local:")
    }
    assert mine == {"try-out": ["source"], "trial": ["sink"]}
    assert "api_key" in run("connectors", "try-out", "--book", fresh).out


WRONG = {
    "connector AcmePay": "'AcmePay' cannot be a connector's name",
    "connector stripe": "the connector type stripe is taken by autobook:stripe",
    "connector core": "a package autobook_core is installed already",
    "conector acmepay": "did you mean 'connector'?",
    "connector acmepay --role sorce": "did you mean 'source'?",
    "connector acmepay --auth barer": "did you mean 'bearer'?",
    "connector acmepay --paging ofset": "did you mean 'offset'?",
    "connector acmepay --role sink --paging page": "--paging is for reading, and a sink writes",
    "connector acmepay --role sink --webhooks": "--webhooks is for reading, and a sink writes",
    "connector acmepay --one-file --dir x": "--dir is for a package",
    "connector acmepay --openapi nowhere.json": "nowhere.json: cannot be read: No such file or directory",
}


@pytest.mark.parametrize(("command", "message"), WRONG.items(), ids=WRONG)
def test_a_wrong_word_ends_with_2_and_writes_nothing(
    command: str, message: str, fresh: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fresh)
    before = sorted(fresh.rglob("*"))
    done = run("new", *command.split())
    assert (done.code, done.out) == (2, "")
    error, fix = done.err.splitlines()
    assert message in error
    assert fix.startswith("  fix: ")
    assert sorted(fresh.rglob("*")) == before


def test_a_folder_that_is_there_and_a_missing_book_are_named(tmp_path: Path, run: Run) -> None:
    (tmp_path / "autobook-acmepay").mkdir()
    done = run("new", "connector", "acmepay", "--dir", tmp_path, "--json")
    assert done.code == 2
    assert f"{tmp_path / 'autobook-acmepay'} is there already" in json.loads(done.err)["error"]
    done = run("new", "connector", "acmepay", "--one-file", "--book", tmp_path)
    assert done.code == 2
    assert "autobook init" in done.err
