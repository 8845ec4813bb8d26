"""Where a connection may go: to the host it declared, encrypted, and nowhere else."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

import httpx

from autobook_core.errors import BadConfig, ConnectorBug

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PORTS = {"http": 80, "https": 443}


def declared(address: str, *, field: str = "base_url") -> httpx.URL:
    """Return an address that a connection declares, checked.

    Raises:
        BadConfig: it is no address, or it is not encrypted and leaves this machine.
    """
    url = _parsed(address)
    if url is None or url.scheme not in _PORTS or not url.host or url.userinfo or url.query or url.fragment:
        raise BadConfig(f"{field} is not a web address of the form https://host/path", field=field)
    if url.scheme == "http" and not is_loopback(url.host):
        raise BadConfig(
            f"{field} sends to {url.host} without encryption",
            field=field,
            fix="begin the address with https://",
        )
    return url


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses have the same scheme, host and port."""
    return (one.scheme, one.host, port_of(one)) == (other.scheme, other.host, port_of(other))


def port_of(url: httpx.URL) -> int:
    """Return the port of an address, also where it is left to the scheme."""
    return url.port or _PORTS.get(url.scheme, 0)


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port for a message: no path, no query, no credentials."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


class Addresses:
    """The addresses of one connection."""

    def __init__(self, base_url: str) -> None:
        """Read the base address; without one, every request is refused.

        Raises:
            BadConfig: see :func:`declared`.
        """
        self._home = declared(base_url) if base_url else None
        self._prefix = base_url.rstrip("/")

    def resolve(self, url: str, params: Mapping[str, Any] | None = None) -> httpx.URL:
        """Return the full address of a request; a relative one starts at the base address, below its path.

        The parameters join those that the address already has.

        Raises:
            ConnectorBug: it leads to another host than the declared one, or nowhere.
        """
        text = url if _ABSOLUTE.match(url) else self._joined(url)
        target = _parsed(text, params)
        if target is None:
            raise ConnectorBug("the connector asked for something that is not a web address")
        if self._home is None:
            raise ConnectorBug("the connector declares no base_url, so it may not use the network")
        if not self.allows(target):
            raise ConnectorBug(
                f"refused to ask {origin(target)}: the connector declares {origin(self._home)} only"
            )
        return target

    def allows(self, target: httpx.URL) -> bool:
        """Tell whether an address is on the declared host."""
        return self._home is not None and not target.userinfo and same_origin(target, self._home)

    def _joined(self, url: str) -> str:
        if not url or url.startswith("?"):
            return self._prefix + url
        return f"{self._prefix}/{url.removeprefix('/')}"

    def __repr__(self) -> str:
        return origin(self._home) if self._home else "nowhere"


def _parsed(text: str, params: Mapping[str, Any] | None = None) -> httpx.URL | None:
    try:
        if not params:
            return httpx.URL(text)
        if "?" not in text:
            return httpx.URL(text, params=params)
        return httpx.URL(text).copy_merge_params(params)
    except (httpx.InvalidURL, ValueError):
        return None
