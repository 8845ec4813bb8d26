"""Secrets by reference: found where they are said to be, and never shown."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from autobook_core.config import is_reference, resolve_secret
from autobook_core.config.references import SCHEMES
from autobook_core.errors import ConfigurationError

CANARY = "canary-5f2a91"


def write(path: Path, mode: int = 0o600) -> Path:
    path.write_text(f"{CANARY}\n")
    path.chmod(mode)
    return path


def refusal(reference: str, folder: Path, env: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        resolve_secret(reference, folder, env)
    assert CANARY not in repr(caught.value) + caught.value.fix
    assert caught.value.__cause__ is None
    return str(caught.value), caught.value.fix


def test_a_secret_is_found_in_the_environment(tmp_path: Path) -> None:
    assert resolve_secret("env:STRIPE_KEY", tmp_path, {"STRIPE_KEY": CANARY}) == CANARY


def test_a_secret_is_found_in_a_file_of_the_book_and_elsewhere(tmp_path: Path) -> None:
    path = write(tmp_path / "key")
    assert resolve_secret("file:key", tmp_path, {}) == CANARY
    assert resolve_secret(f"file:{path}", tmp_path / "other", {}) == CANARY
    write(tmp_path / "read-only", 0o400)
    assert resolve_secret("file:read-only", tmp_path, {}) == CANARY


def test_a_secret_is_found_among_the_credentials_of_systemd(tmp_path: Path) -> None:
    write(tmp_path / "stripe", 0o440)
    assert resolve_secret("credential:stripe", Path(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == CANARY


def test_a_secret_is_found_in_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("autobook", "stripe"): CANARY}
    keyring = SimpleNamespace(
        get_password=lambda service, name: kept.get((service, name)),
        errors=SimpleNamespace(KeyringError=RuntimeError),
    )
    monkeypatch.setitem(__import__("sys").modules, "keyring", keyring)
    assert resolve_secret("keyring:stripe", tmp_path, {}) == CANARY
    assert refusal("keyring:other", tmp_path, {}) == (
        "the keyring has no secret 'other' of the service 'autobook'",
        "keyring set autobook other",
    )

    def locked(service: str, name: str) -> str:
        raise RuntimeError(CANARY)

    keyring.get_password = locked
    assert refusal("keyring:stripe", tmp_path, {})[0] == (
        "the keyring did not give the secret 'stripe': RuntimeError"
    )


def test_without_the_keyring_package_the_message_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert refusal("keyring:stripe", tmp_path, {}) == (
        "keyring:stripe needs the keyring package, which is not installed",
        "pip install keyring, or use env:NAME or file:PATH",
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o700, 0o666])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = write(tmp_path / "key", mode)
    assert refusal("file:key", tmp_path, {}) == (
        f"the secret file {path} has mode {mode:04o}; allowed: 0600 or less",
        f"chmod 600 {path}",
    )


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal("env:STRIPE_KEY", tmp_path, {"OTHER": CANARY}) == (
        "the environment variable STRIPE_KEY is not set",
        "set it where autobook runs: export STRIPE_KEY=...",
    )
    assert refusal("env:EMPTY", tmp_path, {"EMPTY": ""})[0] == "the secret env:EMPTY is empty"
    assert refusal("file:key", tmp_path, {})[0] == (
        f"the secret file {tmp_path / 'key'} cannot be read: No such file or directory"
    )
    assert refusal("credential:stripe", tmp_path, {}) == (
        "credential:stripe needs systemd, which has passed no credentials",
        "add LoadCredential=stripe:PATH to the unit, or use env:NAME or file:PATH",
    )
    credentials = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert refusal("credential:../key", tmp_path, credentials)[0] == "'../key' is no name of a credential"


def test_a_folder_or_a_pipe_is_no_secret_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        assert refusal(f"file:{name}", tmp_path, {})[0].endswith(" is no plain file")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe" + CANARY.encode())
    (tmp_path / "key").chmod(0o600)
    assert refusal("file:key", tmp_path, {})[0].endswith(" is not UTF-8")


@pytest.mark.parametrize(
    "clear", [CANARY, f"sk_live_{CANARY}", f"secret:{CANARY}", "env:", "", f"ENV:{CANARY}"]
)
def test_a_clear_text_is_refused_without_being_shown(tmp_path: Path, clear: str) -> None:
    assert not is_reference(clear)
    message, fix = refusal(clear, tmp_path, {})
    assert message == "a secret must be a reference, not the secret itself"
    assert all(scheme in fix for scheme in SCHEMES)
