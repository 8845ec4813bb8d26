"""Entries people write and balances taken over: booked as they stand, or not at all."""

from autobook_core.bookkeeping.handling import Handler, Item
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import ManualEntry, OpeningBalances
from autobook_core.posting.manual import post_manual_entry, post_opening_balances


class ManualEntries(Handler[ManualEntry]):
    """Books what a person wrote."""

    def handle(self, work: Workset, item: Item[ManualEntry], source: str) -> None:
        """Book it, or set it aside where it does not balance."""
        item.row.entry = work.post(post_manual_entry(item.record, self.terms))
        item.row.state = "posted"


class Openings(Handler[OpeningBalances]):
    """Books the balances a book begins with."""

    def handle(self, work: Workset, item: Item[OpeningBalances], source: str) -> None:
        """Book them, or set them aside where they do not add up to zero."""
        if not any(item.record.balances.values()):
            raise SetAside("missing_required_field", "there is no balance in it")
        item.row.entry = work.post(post_opening_balances(item.record, self.terms))
        item.row.state = "posted"
