"""
Owns facts: announced in the transaction that made them true, delivered afterwards in sets to whoever listens.

Refuses names and numbers of people: a fact carries ids, counts and codes. Who hears what stands in one file,
`wiring/subscriptions`, which fills LISTENERS at start. What a listener fails on is tried again later and, after the
last try, set aside for a person to look at; it never keeps other facts waiting.
"""

from gridward.kernel.outbox.delivery import DeliveriesFailed, drain_all
from gridward.kernel.outbox.facts import (
    LISTENERS,
    FactBody,
    Heard,
    Listener,
    Subscription,
    announce,
    fact_kind,
    fact_kinds,
    subscribe,
)
from gridward.kernel.outbox.failures import WAITS, Failed, facts_retry, get_failures

__all__ = [
    "LISTENERS",
    "WAITS",
    "DeliveriesFailed",
    "FactBody",
    "Failed",
    "Heard",
    "Listener",
    "Subscription",
    "announce",
    "drain_all",
    "fact_kind",
    "fact_kinds",
    "facts_retry",
    "get_failures",
    "subscribe",
]
