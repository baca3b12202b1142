"""
Owns how the house keeps a connection to PostgreSQL: Django's way, but for the question before each request, and for
statements that are worked out once.

Django asks the server for a 1 each time. Nothing has been asked when a request begins, so whatever lies in the socket
is the server's goodbye: only then it is asked.
"""

from select import POLLIN, poll
from typing import Any, Final

from django.db.backends.postgresql import base

#: Django turns statements that are worked out once off altogether; ours ask for it, see `kernel.prepared`.
PREPARED_AFTER: Final = 5


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return how to connect: Django's way, with statements that may be worked out once."""
        return {**super().get_connection_params(), "prepare_threshold": PREPARED_AFTER}

    def is_usable(self) -> bool:
        """Tell whether the connection stands."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return bool(super().is_usable()) if waiting.poll(0) else True
