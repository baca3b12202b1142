"""Who hears what: every reaction of the system, on one screen."""

from gridward.kernel.outbox import LISTENERS, Listener, subscribe

SUBSCRIPTIONS: tuple[tuple[str, str, Listener], ...] = ()


def subscribe_all() -> None:
    """Register every listener; doing it twice is doing it once."""
    LISTENERS.clear()
    for kind, name, listener in SUBSCRIPTIONS:
        subscribe(kind, name, listener)
