"""Owns which role carries which rights. A role that is not listed has none; a role without pages has none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse


@dataclass(frozen=True)
class Role:
    """A role: its label, the database role it works under, its rights, and what it is bound to."""

    label: Text
    db_role: str
    rights: frozenset[str]
    bound_to: str


def _role(label: Text, db_role: str, rights: str, bound_to: str) -> Role:
    return Role(label, f"gridward_{db_role}", frozenset(rights.split()), bound_to)


#: `bound_to`: the level of the area an assignment needs, `any`, or `agency`.
ROLES: Mapping[str, Role] = {
    "city_officer": _role(
        _("City centre officer"),
        "centre",
        "board.read area.read order.read order.draft handover.decide channel.read quota.open quality.read budget.read"
        " escalation.decide whistle.blow form.read form.publish",
        "city",
    ),
    "intake_officer": _role(
        _("Intake officer"),
        "centre",
        "board.read area.read order.read batch.read batch.upload review.work channel.read quality.read form.read"
        " form.draft",
        "city",
    ),
    "district_officer": _role(
        _("District centre officer"),
        "centre",
        "board.read area.read order.read handover.decide budget.read escalation.decide whistle.blow form.read",
        "district",
    ),
    "street_officer": _role(
        _("Street centre officer"),
        "centre",
        "board.read area.read order.read task.read task.release review.work handover.decide duty.keep"
        " correction.decide budget.read escalation.decide whistle.blow form.read",
        "street",
    ),
    "community_officer": _role(
        _("Community centre officer"),
        "centre",
        "board.read area.read order.read task.read task.release door.look handover.decide duty.keep"
        " correction.decide budget.read escalation.decide form.read",
        "community",
    ),
    "grid_worker": _role(_("Grid worker"), "worker", "task.work order.read", "grid"),
    "agency_liaison": _role(
        _("Department liaison"),
        "agency",
        "returns.read returns.push quality.read order.read whistle.answer",
        "agency",
    ),
    # Apart from command: no right of it lets anybody work on a task or decide about one.
    "supervisor": _role(
        _("Supervisor"), "centre", "board.read area.read order.read task.supervise", "district"
    ),
    "issuing_officer": _role(_("Issuing officer"), "centre", "order.read order.sign", "any"),
    "privacy_officer": _role(_("Privacy officer"), "audit", "order.read order.sign ledger.read", "any"),
    "auditor": _role(_("Auditor"), "audit", "order.read ledger.read", "any"),
    "system_administrator": _role(_("System administrator"), "audit", "account.read token.issue", "any"),
    "system_operator": _role(
        _("System operator"),
        "centre",
        "batch.read batch.upload quality.read register.import roster.import territory.import outbox.work token.issue",
        "city",
    ),
}

#: Roles that may only be entered from the command line of the machine itself.
COMMAND_LINE_ONLY = frozenset({"system_operator"})

MOST_HANDLE = 150
#: A machine's token is renewed at least this often, so that one nobody remembers ends by itself.
LONGEST_TOKEN = timedelta(days=90)


def handle_fits(handle: str) -> bool:
    """Tell whether somebody could sign in under this name: the form cuts at its length and at blanks."""
    return 0 < len(handle) <= MOST_HANDLE and not any(sign.isspace() for sign in handle)


def may_use_pages(handle: str, role: str | None) -> Refusal | None:
    """Tell why an account in this role (None: in none) cannot sign in to the pages, or None when it can."""
    if role is None:
        return refuse("account_without_role", handle=handle)
    return refuse("role_without_pages") if role in COMMAND_LINE_ONLY else None


#: Why somebody is away: a word for planning, and nothing about anybody's health.
ABSENCES: Mapping[str, Text] = {
    "leave": _("Leave"),
    "rest": _("Rest"),
    "quarantine": _("Quarantine"),
    "other": _("Other"),
}
#: Entered longer than this by a slip of the year; whoever is away longer is entered again.
LONGEST_ABSENCE = timedelta(days=180)


def may_be_away(kind: str, *, starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    """Refuse an absence for a reason that is not listed, or that ends before it begins, is over or lasts too long."""
    if kind not in ABSENCES:
        return refuse("absence_kind")
    if not max(starts_at, now) < ends_at <= starts_at + LONGEST_ABSENCE:
        return refuse("absence_time", most=LONGEST_ABSENCE.days)
    return None


declare(
    {
        "absence_kind": Problem(
            422, _("Say why somebody is away, in one word of the list."), _("Choose one from the list.")
        ),
        "absence_time": Problem(
            422,
            _("An absence ends after it begins, not in the past, and after %(most)s days at most."),
            _("Check both moments."),
        ),
        "absence_twice": Problem(
            409,
            _("%(worker)s is entered as away in that time already."),
            _("End that absence first, or choose another time."),
        ),
        "absence_over": Problem(409, _("This absence is over."), _("Open the page again.")),
        "worker_unknown": Problem(
            422, _("There is no grid worker “%(worker)s” in your area."), _("Choose one from the list.")
        ),
        "substitute_self": Problem(
            422, _("Nobody stands in for himself or herself."), _("Choose somebody else, or nobody.")
        ),
        "role_without_pages": Problem(
            403,
            _("This account works from the command line of the machine only."),
            _("Sign in with the account of your own role."),
        ),
        "handle_wrong": Problem(
            422, _("“%(handle)s” is no account name."), _("Use 1 to 150 characters and no spaces.")
        ),
        "area_unknown": Problem(422, _("There is no area with the code %(code)s."), _("Check the code.")),
        "role_unknown": Problem(422, _("There is no role “%(role)s”."), _("Use one of: %(roles)s.")),
        "role_needs_area": Problem(
            422,
            _("The role “%(role)s” needs an area of level “%(level)s”."),
            _("Name the code of such an area."),
        ),
        "role_needs_agency": Problem(
            422, _("The role “%(role)s” needs a department."), _("Name the code of the department.")
        ),
        "handle_taken": Problem(
            409, _("The account “%(handle)s” exists already."), _("Choose another name.")
        ),
        "account_unknown": Problem(
            404, _("There is no account “%(handle)s”."), _("Check the name of the account.")
        ),
        "account_without_role": Problem(
            403, _("The account “%(handle)s” holds no role now."), _("Ask your centre to assign it.")
        ),
        "grid_has_worker": Problem(
            409,
            _("The grid %(code)s already has a responsible worker."),
            _("End that assignment first, or assign this person without responsibility."),
        ),
        "token_terms": Problem(
            422,
            _("A token needs a name and an end."),
            _("Say what it is for, and let it end after 1 to %(most)s days."),
        ),
        "login_failed": Problem(
            401,
            _("The account name or the password is wrong."),
            _("Try again. After five failures the account is locked for 15 minutes."),
        ),
        "login_locked": Problem(
            429,
            _("Too many failed attempts."),
            _("Wait 15 minutes, or ask your centre to unlock the account."),
        ),
    }
)
