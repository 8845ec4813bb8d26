import httpx
import pytest

from autobook_core.errors import BadConfig, ConnectorBug
from autobook_core.http.addresses import Addresses, declared


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/v1/charges", "https://api.example.com/v1/charges"),
        ("v1/charges", "https://api.example.com/v1/charges"),
        ("", "https://api.example.com"),
        ("?page=2", "https://api.example.com?page=2"),
        ("https://api.example.com/v1/x?after=7", "https://api.example.com/v1/x?after=7"),
        ("HTTPS://API.example.com/v1/x", "https://api.example.com/v1/x"),
        ("//evil.example/x", "https://api.example.com//evil.example/x"),
        ("@evil.example/x", "https://api.example.com/@evil.example/x"),
        ("/v1/rows:batch", "https://api.example.com/v1/rows:batch"),
    ],
)
def test_a_relative_address_starts_at_the_base_and_an_absolute_one_stays(url: str, expected: str) -> None:
    assert httpx.URL(expected) == Addresses("https://api.example.com").resolve(url)


def test_a_relative_address_goes_below_the_path_of_the_base() -> None:
    assert str(Addresses("https://h.example/v2/").resolve("/rows")) == "https://h.example/v2/rows"


def test_parameters_join_those_of_the_address() -> None:
    home = Addresses("https://h.example")
    assert str(home.resolve("/rows?a=1", {"b": 2})) == "https://h.example/rows?a=1&b=2"
    assert str(home.resolve("/rows?a=1", {})) == "https://h.example/rows?a=1"
    assert str(home.resolve("/rows", {"b": ["x y", "z"]})) == "https://h.example/rows?b=x+y&b=z"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1",
        "https://api.example.com.evil.example/",
        "https://api.example.com@evil.example/",
        "https://user:pass@api.example.com/",
        "http://api.example.com/v1",
        "https://api.example.com:8443/v1",
        "ftp://api.example.com/v1",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_another_host_than_the_declared_one_is_refused_by_name(url: str) -> None:
    with pytest.raises(ConnectorBug, match=r"declares https://api\.example\.com only"):
        Addresses("https://api.example.com").resolve(url)


def test_without_a_base_address_there_is_no_network() -> None:
    with pytest.raises(ConnectorBug, match="declares no base_url"):
        Addresses("").resolve("https://api.example.com")


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:9/x"])
def test_this_machine_may_be_asked_without_encryption(url: str) -> None:
    assert declared(url).scheme == "http"


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "http://10.0.0.1", "http://localhost.evil.example"]
)
def test_any_other_machine_must_be_asked_with_encryption(url: str) -> None:
    with pytest.raises(BadConfig, match="without encryption") as caught:
        declared(url)
    assert caught.value.field == "base_url"


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "https://",
        "ftp://h.example",
        "https://u:p@h.example",
        "https://h.example:x",
        "https://h.example?k=v",
    ],
)
def test_a_base_that_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(BadConfig, match="not a web address"):
        declared(url)
