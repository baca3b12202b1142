"""
Owns the rules of escalation: how a task that nobody finishes in time rises by the clock, through which levels, and what
the level it lies with may decide. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from gridward.dispatch.rules import PRIORITIES
from gridward.governance.api import ProfileView
from gridward.kernel import notes
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.territory.api import AreaView

#: From the lowest up. A grid is no level: there it is in its worker's hand.
LEVELS = ("community", "street", "district", "city")
LEVEL_LABELS: Mapping[str, Text] = {
    "community": _("Community"),
    "street": _("Street"),
    "district": _("District"),
    "city": _("City"),
}
#: Why a person raises a task.
KINDS: Mapping[str, Text] = {
    "authority": _("It needs authority"),
    "department": _("It needs a department"),
    "boundary": _("It goes beyond our area"),
    "disagreement": _("Those concerned do not agree"),
}
#: Why the clock does.
BY_CLOCK: Mapping[str, Text] = {
    "late": _("Not done in its time"),
    "waited": _("Nothing was decided in time"),
    "again": _("Sent down, and not done in its time"),
}
WHY: Mapping[str, Text] = {**KINDS, **BY_CLOCK}
STATES: Mapping[str, Text] = {
    "open": _("lies there"),
    "risen": _("went on to the next level"),
    "extended": _("given a new time"),
    "returned": _("sent back down"),
    "ended": _("ended, as the task is closed"),
}

declare(
    {
        "escalation_kind": Problem(422, _("Say why it has to be raised."), _("Choose one from the list.")),
        "escalation_decided": Problem(
            409, _("This task does not lie with you any more."), _("Open the list again.")
        ),
        "escalation_elsewhere": Problem(
            409, _("This task lies with another level."), _("Its page says where. That level decides.")
        ),
        "escalation_top": Problem(
            422, _("There is no level above yours."), _("Decide it, or send it back down.")
        ),
        "escalation_hours": Problem(
            422,
            _("Give it between 1 and %(most)s more hours."),
            _("That is the whole time such a task has."),
        ),
        "escalation_extended": Problem(
            409,
            _("This task has been given a new time before."),
            _("It can be had once. Send it back down with an instruction, or raise it."),
        ),
    }
)  # fmt: skip


def level_at(path: Sequence[AreaView], level: str) -> AreaView | None:
    """Return the area of this level above a place; where the tree leaves a level out, the next one above."""
    wanted = LEVELS[LEVELS.index(level) :]
    found = {area.level: area for area in path}
    return next((found[one] for one in wanted if one in found), None)


def level_above(path: Sequence[AreaView], level: str) -> AreaView | None:
    """Return the area of the next level above this one, None at the top."""
    higher = LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else LEVELS
    return level_at(path, higher[0]) if higher else None


def may_raise(kind: str, words: str) -> Refusal | None:
    """Refuse to raise a task by hand without a reason of the list and words that say what is needed."""
    return refuse("escalation_kind") if kind not in KINDS else notes.lint(words)


def may_extend(hours: int, words: str, *, most: int, extended_before: bool) -> Refusal | None:
    """Refuse a new time that is none, one longer than such a task has, and a second one."""
    if extended_before:
        return refuse("escalation_extended")
    return refuse("escalation_hours", most=most) if not 1 <= hours <= most else notes.lint(words)


def hours_of(profile: ProfileView, priority: str) -> float:
    """Return how many hours a task of this priority has in all."""
    return profile.number(f"due_hours_{priority.lower()}")


def time_past(profile: ProfileView, priority: str, name: str) -> timedelta:
    """Return how long after its due moment a task reaches this share of its time; negative before it."""
    share = profile.number(f"escalate_{name}_percent") - 100
    return timedelta(hours=hours_of(profile, priority) * share / 100)


def lies_for(profile: ProfileView, level: str, priority: str) -> timedelta | None:
    """Return how long a task lies with a level before the clock takes it on; None at the top, where it stays."""
    if level == "community":
        return time_past(profile, priority, "street") - time_past(profile, priority, "community")
    if level == "city":
        return None
    return timedelta(hours=profile.number(f"escalate_{level}_hours"))


def stays(profile: ProfileView) -> list[tuple[str, str, timedelta]]:
    """Return (level, priority, how long) for every level from which the clock takes a task on."""
    return [
        (level, priority, lasts)
        for level in LEVELS
        for priority in PRIORITIES
        if (lasts := lies_for(profile, level, priority)) is not None
    ]
