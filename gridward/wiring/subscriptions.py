"""Who hears what: every reaction of the system, on one screen."""

from gridward.dispatch import listeners as dispatch
from gridward.intake import listeners as intake
from gridward.kernel.outbox import LISTENERS, Listener, subscribe

#: Fact, stable name of the listener, listener.
SUBSCRIPTIONS: tuple[tuple[str, str, Listener], ...] = (
    ("intake.batch_received", "intake.resolve", intake.on_batch_received),
    ("intake.outcome_returned", "intake.push", intake.on_outcome_returned),
    ("intake.batch_resolved", "dispatch.batch", dispatch.on_batch_resolved),
    ("intake.clue_resolved", "dispatch.clue", dispatch.on_clue_resolved),
    ("registry.residents_moved", "dispatch.follow", dispatch.on_residents_moved),
    ("workforce.duty_changed", "dispatch.duty", dispatch.on_duty_changed),
)

#: Listeners whose work is long: one list in each transaction, so that each is done by itself.
ONE_AT_A_TIME = frozenset({"intake.resolve", "dispatch.batch"})


def subscribe_all() -> None:
    """Register every listener; doing it twice is doing it once."""
    LISTENERS.clear()
    for kind, name, listener in SUBSCRIPTIONS:
        subscribe(kind, name, listener, at_once=1 if name in ONE_AT_A_TIME else 1_000)
