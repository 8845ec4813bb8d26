"""How the terminal looks: colour or none, signs beyond ASCII or not, and the words of health.

A state is always a sign, a word and, where there is colour, a colour: never a colour alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

#: Health word to (sign, sign in ASCII, style); the words are those of the terminal UI.
_HEALTH = {
    "ACT": ("!", "!", "bad"),
    "LATE": ("▲", "^", "late"),
    "SYNC": ("◐", "~", "busy"),
    "NEW": ("○", "o", "dim"),
    "OK": ("●", "*", "good"),
}
_STYLES = {
    "bad": "1;31",
    "late": "33",
    "busy": "34",
    "dim": "2",
    "good": "32",
    "bold": "1",
}
#: Where signs of ambiguous width take two columns.
_WIDE_LANGUAGES = ("ja", "ko", "zh")


@dataclass(frozen=True, slots=True)
class Looks:
    """What a stream can show."""

    color: bool = False
    ascii: bool = False

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, where there is colour."""
        if not (self.color and style and text):
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

    def health(self, word: str) -> tuple[str, str]:
        """Return sign and word of a state of health, and its style."""
        sign, plain, style = _HEALTH.get(word, ("?", "?", "dim"))
        return f"{plain if self.ascii else sign} {word}", style

    @property
    def done(self) -> str:
        """Return the sign of something that holds."""
        return "+" if self.ascii else "✓"

    @property
    def wrong(self) -> str:
        """Return the sign of something that does not hold."""
        return "x" if self.ascii else "✗"

    @property
    def more(self) -> str:
        """Return the mark of a text that was cut."""
        return ".." if self.ascii else "…"

    @property
    def arrow(self) -> str:
        """Return the sign between what settles and what is settled."""
        return "->" if self.ascii else "→"


def looks_of(stream: TextIO, env: Mapping[str, str], *, no_color: bool) -> Looks:
    """Return what a stream can show, going by the stream itself and the environment."""
    color = not no_color and stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"
    return Looks(color=color, ascii=_is_plain(stream, env))


def _is_plain(stream: TextIO, env: Mapping[str, str]) -> bool:
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    # Python puts C.UTF-8 into LC_CTYPE by itself, so that variable does not say what the person chose.
    language = env.get("LC_ALL") or env.get("LANG") or ""
    return (
        not encoding.startswith("utf")
        or env.get("TERM") == "linux"
        or language in {"C", "POSIX"}
        or language.startswith(_WIDE_LANGUAGES)
    )
