"""The fake is right about the real API: ``pytest -m live``, with keys of its sandbox in the environment."""

from autobook_core.testing import LiveSourceContract

from autobook_acmepay.source import AcmePay

#: Which variable holds which setting.
VARIABLES = {"api_key": "ACMEPAY_API_KEY"}


class TestLive(LiveSourceContract):
    source, config_from_env = AcmePay, VARIABLES
