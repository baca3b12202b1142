"""The sockets and what is plugged into them."""

from gridward.dispatch import api as dispatch
from gridward.gateways import feeds
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import ports, words
from gridward.wiring import ledger_words, subscriptions
from gridward.workforce import api as workforce


def plug_all() -> None:
    """Fill the ports of the kernel and of intake, give codes their words, and register every listener."""
    ports.plug(actor_loader=workforce.load_actor, gate=governance.gate_for_actor, post=feeds.post)
    intake.plug_withdraw(dispatch.clue_withdraw)
    words.plug("action", lambda: ledger_words.ACTIONS)
    words.plug("object", lambda: ledger_words.OBJECTS)
    words.plug(
        "role",
        lambda: (
            {code: role.label for code, role in workforce.ROLES.items()} | dict(ledger_words.NOBODYS_ROLES)
        ),
    )
    words.plug("agency", lambda: {agency.code: agency.name for agency in workforce.get_agencies()})
    subscriptions.subscribe_all()
