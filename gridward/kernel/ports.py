"""
Owns the sockets that are filled at start: who acts, whether there is a legal basis, and the wire outwards.

Calls go down: the kernel may not import workforce or governance. `wiring` plugs them in here instead.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest

from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.kernel.outcomes import Refusal

ActorLoader = Callable[[HttpRequest, datetime], Actor]
Gate = Callable[[Actor, datetime], Refusal | None]
#: Address, headers and body in; the status of the answer out. Raises PostFailed when there is none.
Post = Callable[[str, Mapping[str, str], bytes], int]


class PostFailed(Exception):
    """Nobody answered; `reason` says in a word why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _nobody(request: HttpRequest, now: datetime) -> Actor:
    return ANONYMOUS


def _closed(actor: Actor, now: datetime) -> Refusal | None:
    raise RuntimeError("the gate port is not plugged in")


def _no_wire(url: str, headers: Mapping[str, str], body: bytes) -> int:
    raise PostFailed("no_wire")


class Ports:
    """The plugged-in parts. Until wiring fills them nobody is signed in and the gate is shut."""

    actor_loader: ActorLoader = staticmethod(_nobody)
    gate: Gate = staticmethod(_closed)
    post: Post = staticmethod(_no_wire)


def plug(*, actor_loader: ActorLoader, gate: Gate, post: Post = _no_wire) -> None:
    """Fill the ports; called once by wiring at start."""
    Ports.actor_loader = staticmethod(actor_loader)
    Ports.gate = staticmethod(gate)
    Ports.post = staticmethod(post)
