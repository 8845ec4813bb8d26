"""Texts from outside, made safe to show.

A terminal obeys what it is sent, and Textual hands control characters in a cell on to it: a payment's memo
could set the window's title, write the clipboard or draw a screen of its own. So every text of a book passes
here before a widget meets it, and what was hidden in it shows.
"""

import re

_SPACES = re.compile(r"[\t\r\n]+")
#: C0, DEL and C1; soft hyphens and joiners that hide; marks and overrides of direction; line and paragraph
#: separators; tags; halves of surrogate pairs, which no terminal can be sent.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f\ud800-\udfff]"
)
_PICTURES = 0x2400
_DELETE = 0x7F


def clean(value: object, *, plain: bool = False) -> str:
    """Return a value as one line of text in which nothing moves the cursor, hides or turns the direction.

    A control character becomes its picture (``␛``), anything else of that kind its number (``<202e>``).

    Args:
        value: the text; None is the empty one.
        plain: write numbers in place of pictures.
    """
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda found: _mark(ord(found[0]), plain), _SPACES.sub(" ", text))


def _mark(code: int, plain: bool) -> str:
    if plain or 0x20 <= code != _DELETE:
        return f"<{code:02x}>"
    return "␡" if code == _DELETE else chr(_PICTURES + code)
