"""The content digest: what the books say, without when and in which order they were told.

It is the SHA-256 over the net movement of every (day, account, tax code, currency, customer,
invoice). Numbers, posting times and the chain follow the order of arrival and stay out; so
do a suspense posting and its later reclassification on the same day, which cancel out.
"""

import hashlib

import msgspec

from autobook_core.store.store import Store

_MODULUS = 1 << 256


def content_digest(store: Store) -> str:
    """Return the digest of the ledger's content as hexadecimal text.

    The hashes of the movements are added up (modulo 2**256), so it depends neither on the
    order in which an engine gives them nor on how many there are to hold.
    """
    encode = msgspec.json.Encoder().encode
    total = 0
    for day, account, tax, currency, customer, invoice, amount, original in store.journal.movements():
        row = encode((day, account, tax, currency, customer, invoice, int(amount), int(original)))
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    return f"{total % _MODULUS:064x}"
