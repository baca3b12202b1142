"""What the ledger's codes are called: every deed and every kind of object, on one screen."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.kernel.outcomes import Text

#: An action without a line here fails tests/house/test_ledger_words.py.
ACTIONS: Mapping[str, Text] = {
    "account.create": _("Account made"),
    "agency.create": _("Department entered"),
    "assignment.open": _("Role given"),
    "batch.outcomes": _("Outcomes of a list taken as a file"),
    "batch.receive": _("List received"),
    "batch.refuse": _("List refused"),
    "batch.rejects": _("Rejected rows of a list taken as a file"),
    "batch.resolve": _("List resolved"),
    "channel.create": _("Channel opened"),
    "clue.dispatch": _("Clues made into tasks"),
    "clue.dispatched": _("Clues marked as dispatched"),
    "clue.outcome": _("Outcomes returned to the senders"),
    "clue.reveal": _("Person of a clue shown in the open"),
    "command.refuse": _("Command denied"),
    "domain.destroy": _("Keys destroyed"),
    "domain.open": _("Keys made"),
    "endpoint.refuse": _("Page denied"),
    "extension.sign": _("Extension of an order signed"),
    "grant.brief": _("Short access taken, with a reason"),
    "grant.end": _("Access ended"),
    "grant.write": _("Access granted"),
    "household.access": _("Household opened"),
    "household.provide": _("Provisional households made"),
    "ledger.export": _("Ledger exported"),
    "ledger.read": _("Ledger read"),
    "ledger.seal": _("Ledger sealed"),
    "order.draft": _("Order drafted"),
    "order.end": _("Order ended"),
    "order.extend": _("Extension of an order proposed"),
    "order.sign": _("Order signed"),
    "outbox.retry": _("Waiting fact tried again"),
    "outbox.set_aside": _("Fact set aside after failures"),
    "pass.desk": _("Desk check recorded"),
    "pass.phone": _("Phone check recorded"),
    "pass.update": _("Daily update recorded"),
    "pass.visit": _("Visit recorded"),
    "profile.install": _("Profile installed"),
    "register.discard": _("Unfinished register import discarded"),
    "register.import": _("Register imported"),
    "register.resume": _("Register import resumed"),
    "register.stop": _("Register import stopped"),
    "resident.reveal": _("Resident shown in the open"),
    "review.access": _("Clue in review opened"),
    "review.decide": _("Clue in review decided"),
    "review.page": _("Page of the review queue read"),
    "roster.import": _("Roster imported"),
    "session.end": _("Signed out"),
    "session.open": _("Signed in"),
    "token.end": _("Token ended"),
    "token.issue": _("Token issued"),
    "task.access": _("Task opened to read"),
    "task.close": _("Task closed"),
    "task.hand_over": _("Tasks handed over"),
    "task.release": _("Task released early"),
    "task.release_due": _("Due tasks released"),
    "territory.import_addresses": _("Address book imported"),
    "territory.import_areas": _("Areas imported"),
    "territory.import_shapes": _("Shapes imported"),
}

OBJECTS: Mapping[str, Text] = {
    "account": pgettext_lazy("ledger", "Account"),
    "agency": pgettext_lazy("ledger", "Department"),
    "batch": pgettext_lazy("ledger", "List"),
    "channel": pgettext_lazy("ledger", "Channel"),
    "clue": pgettext_lazy("ledger", "Clue"),
    "command": pgettext_lazy("ledger", "Command"),
    "domain": pgettext_lazy("ledger", "Key domain"),
    "fact": pgettext_lazy("ledger", "Fact"),
    "file": pgettext_lazy("ledger", "File"),
    "household": pgettext_lazy("ledger", "Household"),
    "order": pgettext_lazy("ledger", "Order"),
    "person": pgettext_lazy("ledger", "Person"),
    "profile": pgettext_lazy("ledger", "Profile"),
    "resident": pgettext_lazy("ledger", "Resident"),
    "task": pgettext_lazy("ledger", "Task"),
    "view": pgettext_lazy("ledger", "Page"),
}

#: Who acts without an account.
NOBODYS_ROLES: Mapping[str, Text] = {
    "system": pgettext_lazy("ledger", "System"),
    "anonymous": pgettext_lazy("ledger", "Nobody signed in"),
}
