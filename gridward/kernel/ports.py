"""
Owns the sockets of the kernel that higher rooms fill at start: who acts, and whether there is a legal basis.

Calls go down: the kernel may not import workforce or governance. `wiring` plugs them in here instead.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.kernel.outcomes import Refusal

ActorLoader = Callable[[HttpRequest, datetime], Actor]
Gate = Callable[[Actor, datetime], Refusal | None]


def _nobody(request: HttpRequest, now: datetime) -> Actor:
    return ANONYMOUS


def _closed(actor: Actor, now: datetime) -> Refusal | None:
    raise RuntimeError("the gate port is not plugged in")


class Ports:
    """The plugged-in parts. Until wiring fills them nobody is signed in and the gate is shut."""

    actor_loader: ActorLoader = staticmethod(_nobody)
    gate: Gate = staticmethod(_closed)


def plug(*, actor_loader: ActorLoader, gate: Gate) -> None:
    """Fill the ports; called once by wiring at start."""
    Ports.actor_loader = staticmethod(actor_loader)
    Ports.gate = staticmethod(gate)
