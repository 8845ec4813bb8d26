"""A process of its own for every connector that does not come with Autobook.

A stranger's code may raise, hang, loop, leak, print, end its process, change the locale or call what it
never declared. Caught exceptions are no help against most of that, so none of it runs in the process that
writes the books: the core sees a stand-in (:mod:`.proxies`) that speaks with a worker over a socket, holds it
to deadlines and limits, and ends it where it does not keep them.

It guards against mistakes, not against malice: a worker runs as the same user on the same machine.
"""

from autobook_core.host.hosting import Processes
from autobook_core.host.limits import Limits

__all__ = ["Limits", "Processes"]
