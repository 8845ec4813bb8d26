"""What APIs call things: the names by which a listing's parameters and a row's fields are known again."""

import re
from collections.abc import Iterable, Mapping

#: Query parameters, by what they do; the first that fits, in this order.
_FROM = r"(since|after|from|gte?|min|start)"
SINCE = (rf"(updat|modif|chang)\w*.*{_FROM}\]?", rf"{_FROM}.*(updat|modif|chang)\w*")
BIRTH = (rf"creat\w*.*{_FROM}\]?", rf"{_FROM}.*(creat|date|time)\w*", r"since")
LIMIT = (r"limit", r"per_?page", r"page\[?_?(size|limit)\]?", r"max_?results", r"(count|size|take)")
SORT = (r"sort", r"order_?by", r"sort_?by", r"order")
PAGES = {
    "cursor": (
        r"(page_?)?(cursor|token)", r"(starting_)?after", r"(next|continuation)_?(page_?)?(token|cursor)?",
        r"page\[(cursor|after)\]",
    ),
    "offset": (r"offset", r"skip", r"start(_?index)?", r"page\[offset\]"),
    "page": (r"page", r"page_?(number|no|num)", r"page\[number\]"),
}  # fmt: skip
#: What an answer calls the way on, by paging style.
NEXT = {
    "cursor": (r"next_?(page_?)?(cursor|token)", r"(next|end)_?(cursor)?", r"cursor", r"after"),
    "offset": (r"total(_?(count|items|results|elements|records))?", r"count"),
    "page": (r"(total|num(ber_of)?)_?pages", r"page_?count", r"last_?page", r"pages"),
    "link": (r"next(_?(url|link|href|page))?", r"href"),
}
ROWS = (
    r"data",
    r"items",
    r"results?",
    r"records",
    r"values",
    r"entries",
    r"content",
    r"list",
    r"rows",
    r"objects",
)
#: Fields of a row.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": (r"id", r"uuid", r"guid", r"\w*_?id", r"reference"),
    "created": (
        r"creat\w*(_?(at|on|time|date|timestamp))?",
        r"date_?creat\w*",
        r"(inserted|booked)(_?at)?",
        r"timestamp",
    ),
    "updated": (
        r"(updat|modif|chang)\w*(_?(at|on|time|date|timestamp))?",
        r"(date|last)_?(updat|modif|chang)\w*",
    ),
    "amount": (
        r"amount(_?(minor|cents|in_cents|total))?",
        r"(total|gross)(_?amount)?",
        r"\w*amount",
        r"value",
    ),
    "currency": (r"currency(_?(code|iso))?", r"\w*currency"),
    "state": (r"status", r"state"),
    "gone": (r"(is_?)?(deleted|void(ed)?|cancell?ed|archived)",),
}
#: Words for the states of a payment, and what each is to the books.
STATES: Mapping[str, tuple[str, ...]] = {
    "succeeded": (
        "succeeded",
        "success",
        "successful",
        "paid",
        "completed",
        "complete",
        "captured",
        "settled",
        "done",
    ),
    "failed": ("failed", "failure", "declined", "rejected", "refused", "error"),
    "pending": ("pending", "processing", "open", "created", "authorized", "authorised", "in_progress"),
    "canceled": ("canceled", "cancelled", "void", "voided", "deleted", "expired"),
}
ACCOUNTS = (
    r"me",
    r"accounts?",
    r"company",
    r"companies",
    r"organi[sz]ations?",
    r"whoami",
    r"profile",
    r"merchant",
    r"user",
)
#: Listings that books want, in the singular.
WANTED = ("payment", "charge", "transaction", "order", "invoice", "payout", "refund", "transfer", "entry")


def first(patterns: Iterable[str], names: Iterable[str]) -> str:
    """Return the first name that fits the earliest pattern, whatever its case; empty where none does."""
    known = list(names)
    for pattern in patterns:
        fitting = re.compile(pattern, re.IGNORECASE)
        for name in known:
            if fitting.fullmatch(name) or fitting.fullmatch(_snake(name)):
                return name
    return ""


def state_of(word: str) -> str:
    """Return what a state is to the books; empty where the word is not known."""
    plain = _snake(word).lower()
    return next((state for state, words in STATES.items() if plain in words), "")


def singular(word: str) -> str:
    """Return the noun for one of several: ``payment`` for ``payments``, ``entry`` for ``entries``."""
    plain = re.sub(r"[^a-z0-9]+", "_", _snake(word).lower()).strip("_")
    if plain.endswith("ies") and len(plain) > 4:
        return plain[:-3] + "y"
    if plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
