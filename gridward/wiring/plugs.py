"""The sockets and what is plugged into them."""

from gridward.governance import api as governance
from gridward.kernel import ports
from gridward.wiring import subscriptions
from gridward.workforce import api as workforce


def plug_all() -> None:
    """Fill the kernel's ports and register every listener."""
    ports.plug(actor_loader=workforce.load_actor, gate=governance.gate_for_actor)
    subscriptions.subscribe_all()
