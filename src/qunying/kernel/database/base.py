"""Django's PostgreSQL, whose health check asks the server only when there is a reason to doubt."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows without a round trip whether its server is still there.

    Django sends a statement at the start of each request, which for the hot ones is a good part of their time. A
    server that ended, or that ended this connection, has closed the socket: then there is something to read.
    """

    def is_usable(self) -> bool:
        """Tell whether the connection works."""
        quiet = (
            self.connection is not None
            and not self.errors_occurred
            and not _has_news(self.connection.fileno())
        )
        return quiet or bool(super().is_usable())


def _has_news(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
