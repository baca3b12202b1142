"""Who hears what: every reaction of the system, on one screen."""

from gridward.dispatch import listeners as dispatch
from gridward.intake import listeners as intake
from gridward.kernel.outbox import LISTENERS, Listener, subscribe

#: Fact, stable name of the listener, listener.
SUBSCRIPTIONS: tuple[tuple[str, str, Listener], ...] = (
    ("intake.batch_received", "intake.resolve", intake.on_batch_received),
    ("intake.batch_resolved", "dispatch.batch", dispatch.on_batch_resolved),
    ("intake.clue_resolved", "dispatch.clue", dispatch.on_clue_resolved),
)


def subscribe_all() -> None:
    """Register every listener; doing it twice is doing it once."""
    LISTENERS.clear()
    for kind, name, listener in SUBSCRIPTIONS:
        subscribe(kind, name, listener)
