"""Every promise of a source, kept against the fake: no network, no credentials."""

from pathlib import Path

from autobook_core.testing import SourceContract

from autobook_acmepay.source import AcmePay
from fake_api import FakeAcmePay

#: Made up and unmistakable: the kit searches for secrets everywhere.
SETTINGS = {"api_key": "canary-4711-key"}


class TestAcmePay(SourceContract):
    source, config, api = AcmePay, SETTINGS, FakeAcmePay
    golden = Path(__file__).with_name("golden")
