"""What an author chooses for a new connector, and the names that follow from it."""

import re
from dataclasses import dataclass

from autobook_core.errors import ConfigurationError

ROLES = ("source", "sink")
AUTHS = ("none", "basic", "bearer", "header", "oauth2")
PAGINGS = ("cursor", "offset", "page", "link", "none")

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_LONGEST = 40
#: Classes that the written modules hold or import; the connector's own class is called otherwise.
_TAKEN = frozenset("Any Config Credential Generator Iterable Iterator Literal Mapping Sequence".split())


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices for one connector.

    Attributes:
        name: the connector's type, as in ``autobook connect TYPE``.
        role: ``source`` or ``sink``.
        auth: how requests prove who we are; one of :data:`AUTHS`.
        paging: how a listing goes on; one of :data:`PAGINGS`. A sink has none.
        webhooks: the source takes deliveries too.
    """

    name: str
    role: str = "source"
    auth: str = "bearer"
    paging: str = "cursor"
    webhooks: bool = False

    @property
    def module(self) -> str:
        """Return the package's name in Python: ``autobook_acmepay``."""
        return f"autobook_{self.name.replace('-', '_')}"

    @property
    def distribution(self) -> str:
        """Return the distribution's name and the folder's: ``autobook-acmepay``."""
        return self.module.replace("_", "-")

    @property
    def title(self) -> str:
        """Return the name for people: ``Acme Pay`` for ``acme-pay``."""
        return " ".join(word.capitalize() for word in re.split("[-_]", self.name))

    def class_name(self, *others: str) -> str:
        """Return the connector's class, called otherwise than the others in its module."""
        name = self.title.replace(" ", "")
        return name + self.role.capitalize() if name in _TAKEN or name in others else name

    @property
    def variable(self) -> str:
        """Return how names of environment variables begin: ``ACMEPAY``."""
        return self.name.replace("-", "_").upper()


def check_name(name: str) -> None:
    """Return if a connector may be called so.

    Raises:
        ConfigurationError: it may not; the fix names one that is close.
    """
    if _NAME.fullmatch(name) and len(name) <= _LONGEST:
        return
    near = re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-0123456789").rstrip("-")[:_LONGEST].rstrip("-")
    rule = f"a lower-case letter, then letters, digits and single '-' or '_', at most {_LONGEST} in all"
    example = f"; for example {near}" if near else "; for example acmepay"
    raise ConfigurationError(f"{name!r} cannot be a connector's name", fix=f"use {rule}{example}")
