"""The texts that lie at the root of the project, as pages."""

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\[([^\]]+)\]\(([A-Z]+(?:\.md)?|docs/[a-z]+\.md)\)")
#: Where a file of the project is found here; one that is no page is named, not linked.
_PAGES = {
    "ARCHITECTURE.md": "/architecture.md",
    "CHANGELOG.md": "/changelog.md",
    "CONTRIBUTING.md": "/contributing.md",
    "docs/performance.md": "/performance.md",
}


def project_page(name: str) -> list[str]:
    """Return a text of the project without its title, its links leading to the pages here."""
    title, *lines = (_ROOT / name).read_text("utf-8").splitlines()
    assert title.startswith("# "), f"{name} does not begin with its title"
    return [_LINK.sub(_linked, line) for line in lines]


def _linked(link: re.Match[str]) -> str:
    text, name = link.groups()
    return f"[{text}]({_PAGES[name]})" if name in _PAGES else text
