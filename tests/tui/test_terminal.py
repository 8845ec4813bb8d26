"""The command in a real terminal: what it sends there, how it starts, how it leaves."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from autobook_core.cli import main

#: What Textual itself says about the shape of the mouse pointer.
POINTER = b"\x1b]22;default\x07"


def run_in_terminal(folder: Path, *options: str, keys: bytes, wait_for: bytes) -> tuple[int, bytes]:
    """Run the command on 80x24, press keys when a text has come, and return its exit code and all it sent."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    environment["COLORTERM"] = "truecolor"
    environment = {name: value for name, value in environment.items() if name not in ("NO_COLOR", "LC_ALL")}
    process = subprocess.Popen(
        [sys.executable, "-m", "autobook_core", "tui", "--book", str(folder), *options],
        stdin=follower, stdout=follower, stderr=follower, env=environment, close_fds=True,
    )  # fmt: skip
    os.close(follower)
    sent, pressed, deadline = b"", False, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                part = os.read(leader, 65_536)
            except OSError:  # the other side has gone
                break
            sent += part
        if not pressed and wait_for in sent:
            pressed = True
            os.write(leader, keys)
    os.close(leader)
    code = process.wait(timeout=10)
    assert pressed, sent[-2_000:]
    return code, sent


def test_no_text_of_the_book_reaches_the_terminal_as_a_command(filled: Path) -> None:
    code, sent = run_in_terminal(filled, keys=b"23q", wait_for=b"bank-other")
    assert code == 0
    assert "OWNED␇".encode() in sent
    sent = sent.replace(POINTER, b"")
    for attack in (b"\x1b]0;", b"\x1b]2;", b"\x07", "\x9b".encode(), "\u202e".encode()):
        assert attack not in sent
    assert sent.count(b"\x1b[?1049h") == sent.count(b"\x1b[?1049l") == 1, (
        "the terminal is given back as it was"
    )


def test_without_colour_no_colour_is_sent(filled: Path) -> None:
    code, sent = run_in_terminal(filled, "--no-color", keys=b"q", wait_for=b"bank-other")
    assert code == 0
    hues = set(re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", sent))
    assert hues
    assert all(len(set(hue)) == 1 for hue in hues), "greys only"


def test_without_a_terminal_the_plain_twin_is_named(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tui", "--book", str(filled)]) == 2
    assert "autobook status" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["textual", "textual.app"])
def test_without_textual_the_command_says_what_to_install(filled: Path, module: str) -> None:
    script = (
        "import sys\n"
        "sys.modules[sys.argv[1]] = None\n"
        "sys.stdin.isatty = sys.stdout.isatty = lambda: True\n"
        "from autobook_core.cli import main\n"
        "raise SystemExit(main(['tui', '--book', sys.argv[2]]))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, module, str(filled)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2, result.stderr
    assert "needs Textual, which is not installed" in result.stderr
    assert "pip install 'autobook[tui]'" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_is_no_book_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.stdin.isatty = sys.stdout.isatty = lambda: True\n"
        "from autobook_core.cli import main\n"
        "raise SystemExit(main(['tui', '--book', sys.argv[1]]))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert "autobook.toml" in result.stderr
