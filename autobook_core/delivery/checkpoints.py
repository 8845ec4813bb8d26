"""Named points of a delivery at which a test may kill it, to see what the next run makes of it."""

#: ``sending`` is on disk, the sink was not called yet.
BEFORE_SEND = "delivery.before_send"
#: The sink has said all it will say; the last receipts are in memory only.
AFTER_SEND = "delivery.after_send"
#: Some receipts are about to be committed.
BEFORE_RECEIPT = "delivery.before_receipt"
#: Every receipt of the batch is on disk; nothing was read back yet.
AFTER_RECEIPTS = "delivery.after_receipts"

ALL = (BEFORE_SEND, AFTER_SEND, BEFORE_RECEIPT, AFTER_RECEIPTS)


def checkpoint(name: str) -> None:
    """Do nothing. A test puts its own function here; it is always called through this module."""
    del name
