"""A fresh book, and what the loader says of an edited one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autobook_core.config import init_book, load_book
from autobook_core.errors import ConfigurationError

Refusal = Callable[[str, str], tuple[str, str]]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    init_book(folder, company="Acme ApS")
    return folder


@pytest.fixture
def refusal(book: Path) -> Refusal:
    """Return message and fix after a file of the book was given a text, with paths from the book's folder."""

    def refuse(name: str, text: str) -> tuple[str, str]:
        (book / name).write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            load_book(book)
        assert caught.value.file == str(book / name)
        assert f":{caught.value.line}: " in str(caught.value)
        return str(caught.value).replace(f"{book}/", ""), caught.value.fix

    return refuse
