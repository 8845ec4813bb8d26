"""A written connector keeps every promise at once, whatever was chosen, and reads as if somebody had written it."""

import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from autobook_core.scaffold import AUTHS, PAGINGS, Choices, made_up, package
from tests.scaffold.written import broken, outcomes, write

SOURCES = [
    Choices("acmepay", "source", auth, paging, webhooks)
    for auth, paging, webhooks in product(AUTHS, PAGINGS, (False, True))
]
SINKS = [Choices("acmebooks", "sink", auth) for auth in AUTHS]
#: One of each login, paging and role.
SOME = [
    Choices("acmepay", auth="basic"),
    Choices("acme-pay", auth="bearer", paging="offset", webhooks=True),
    Choices("payment", auth="header", paging="page"),
    Choices("acmepay", auth="oauth2", paging="link"),
    Choices("acmepay", auth="none", paging="none"),
    Choices("acme_books", "sink", "bearer"),
]
#: Names that are awkward in Python.
AWKWARD = [
    Choices(name, auth="header", webhooks=True) for name in ("any", "config", "credential", "import", "api2")
]
RUFF = [sys.executable, "-m", "ruff"]


def named(choices: Choices) -> str:
    hooks = "-webhooks" if choices.webhooks else ""
    return f"{choices.name}-{choices.role}-{choices.auth}-{choices.paging}{hooks}"


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("choices", SOME, ids=named)
def test_a_written_connector_keeps_every_promise(choices: Choices, tmp_path: Path) -> None:
    assert broken(write(tmp_path, choices), choices) == {}


@pytest.mark.matrix
@pytest.mark.parametrize("choices", [*SOURCES, *SINKS], ids=named)
def test_every_combination_keeps_every_promise(choices: Choices, tmp_path: Path) -> None:
    assert broken(write(tmp_path, choices), choices) == {}


def test_golden_files_and_webhooks_are_really_tried(tmp_path: Path) -> None:
    choices = Choices("acmepay", webhooks=True)
    found = outcomes(write(tmp_path, choices), choices)
    assert found["golden-translate"][0] == "passed"
    assert {found[name][0] for name in found if name.startswith("webhook-")} == {"passed"}
    assert [name for name, (outcome, _) in found.items() if outcome == "exempt"] == []


def test_a_secret_that_signs_no_longer_or_a_changed_byte_is_refused(tmp_path: Path) -> None:
    choices = Choices("acmepay", auth="basic", webhooks=True)
    folder = write(tmp_path, choices)
    source = folder / choices.module / "source.py"
    text = source.read_text()
    source.write_text(text.replace("<= 300", "<= 300_000"))
    assert set(broken(folder, choices)) == {"webhook-stale"}
    source.write_text(text.replace("hmac.compare_digest(one, sent.encode())", "sent"))
    assert "webhook-tampered" in broken(folder, choices)


def test_a_mistake_in_a_written_connector_is_found(tmp_path: Path) -> None:
    choices = Choices("acmepay")
    folder = write(tmp_path, choices)
    source = folder / choices.module / "source.py"
    source.write_text(source.read_text().replace('body["next_cursor"] or None', "None"))
    assert "clean-run" in broken(folder, choices)


def test_pytest_in_a_written_folder_is_green_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, Choices("acmepay", auth="basic"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTEST_ADDOPTS": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d{2} passed", done.stdout)
    assert "failed" not in done.stdout


def test_every_written_folder_is_clean_for_the_linter_and_the_formatter(tmp_path: Path) -> None:
    for n, choices in enumerate([*SOURCES, *SINKS, *AWKWARD]):
        write(tmp_path / str(n), choices)
    assert run(*RUFF, "check", "--no-cache", ".", cwd=tmp_path).stdout == "All checks passed!\n"
    done = run(*RUFF, "format", "--no-cache", "--diff", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("choices", [SOME[1], *SOME[3:], *AWKWARD[:2]], ids=named)
def test_written_folders_are_clean_for_a_strict_type_checker(
    choices: Choices, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.getbasetemp() / "mypy"
    done = run(sys.executable, "-m", "mypy", "--cache-dir", str(cache), cwd=write(tmp_path, choices))
    assert done.stdout.startswith("Success"), done.stdout


def test_a_package_has_the_files_an_author_expects() -> None:
    choices = Choices("acmepay", auth="basic")
    assert sorted(package(choices, made_up(choices), core="0.1.0")) == [
        ".github/workflows/ci.yml", ".gitignore", "AGENTS.md", "README.md", "autobook_acmepay/__init__.py",
        "autobook_acmepay/py.typed", "autobook_acmepay/source.py", "pyproject.toml", "tests/fake_api.py",
        "tests/golden/payment.raw.json", "tests/golden/payment.records.json", "tests/test_contract.py",
        "tests/test_live.py",
    ]  # fmt: skip
    choices = Choices("acmebooks", "sink")
    assert {"autobook_acmebooks/sink.py"} <= set(package(choices, made_up(choices), core="0.1.0"))


def test_nothing_is_left_to_fill_in_and_no_file_names_a_download_address() -> None:
    for choices in [*SOME, *AWKWARD]:
        for name, text in package(choices, made_up(choices), core="0.1.0").items():
            assert not re.search(r"\$(?!\{\{ )", text), name
            hosts = set(re.findall(r"https?://([^/\"\s]+)", text))
            assert all(host.endswith(".example") for host in hosts), (name, hosts)


def test_the_announcement_loads_nothing_but_the_contract(tmp_path: Path) -> None:
    folder = write(tmp_path, Choices("acmepay", auth="oauth2", webhooks=True))
    code = (
        "import sys, autobook_acmepay; "
        "print(*autobook_acmepay.autobook_connectors(), 'autobook_acmepay.source' in sys.modules)"
    )
    done = run(sys.executable, "-c", code, cwd=folder)
    assert "load='autobook_acmepay.source:Acmepay'" in done.stdout
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("choices", [*SOURCES, *SINKS], ids=named)
def test_a_connector_is_short_and_does_nothing_that_the_framework_does(choices: Choices) -> None:
    text = package(choices, made_up(choices), core="0.1.0")[f"{choices.module}/{choices.role}.py"]
    code = [line for line in text.splitlines() if line.strip()]
    assert len(code) <= 60 + 20 * choices.webhooks
    for word in ("sleep", "retry", "Retry", "429", "commit", "httpx.Client", "expires"):
        assert word not in text


def test_the_continuous_integration_tries_the_oldest_and_the_newest_core_and_pluggy() -> None:
    choices = Choices("acmepay")
    text = package(choices, made_up(choices), core="0.7.0")[".github/workflows/ci.yml"]
    rows = set(re.findall(r'core: "([^"]+)", pluggy: "([^"]+)"', text))
    cores, pluggies = {"autobook==0.7.0", "autobook"}, {"pluggy==1.5.*", "pluggy"}
    assert rows == set(product(cores, pluggies))
    assert "${{ matrix.core }}" in text


def test_golden_files_hold_a_row_that_is_read_one_that_was_withdrawn_and_one_that_is_set_aside() -> None:
    choices = Choices("acmepay")
    files = package(choices, made_up(choices), core="0.1.0")
    raw = json.loads(files["tests/golden/payment.raw.json"])
    (read,), (withdrawn,), refused = json.loads(files["tests/golden/payment.records.json"])
    assert (read["amount"], read["currency"], read["status"]) == (1250, "EUR", "succeeded")
    assert (raw[1]["status"], withdrawn["status"]) == ("void", "canceled")
    assert refused == {"refused": "non_integer_amount"}
