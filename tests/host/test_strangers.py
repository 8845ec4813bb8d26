"""A stranger's connector in a process of its own works like one in ours."""

import sys

from tests.host.conftest import Books, Processor


def test_a_strangers_connector_syncs_and_its_module_is_never_imported_here(
    books: Books, processor: Processor
) -> None:
    before = set(sys.modules)
    book = books()
    result = book.sync(deliver=False)
    assert result["connections"][0]["outcome"] == "ok", result
    assert result["connections"][0]["new"] == 10
    charges = list(book.records(type="charge"))
    assert len(charges) == 10
    assert not [name for name in set(sys.modules) - before if name.startswith("autobook_local_")]
    again = book.sync(deliver=False)
    assert again["connections"][0]["new"] == 0
