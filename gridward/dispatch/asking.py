"""
Owns what a clue asks about a person, which outcomes answer it, and for how long an answer holds. Pure.

Two questions: whether somebody lives behind this door, and whether he or she needs medical care. What can change soon
holds only briefly: who was away may be back, who was well may be ill. Each time stands in the order's profile.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import ProfileView
from gridward.kernel.outcomes import Text

FIELDS: Mapping[str, Text] = {
    "residence": _("whether this person lives here"),
    "health": _("whether this person is unwell and needs medical care"),
}
#: What each kind of clue asks; a kind nobody knows asks everything.
ASKED_BY: Mapping[str, tuple[str, ...]] = {
    "returnee": ("residence",),
    "co_traveller": ("residence",),
    "area_traveller": ("residence",),
    "resident_declared": ("residence",),
    "enterprise_declared": ("residence",),
    "robot_answer": ("residence",),
    "other": ("residence",),
    "close_contact": ("residence", "health"),
    "secondary": ("residence", "health"),
    "fever_clinic": ("residence", "health"),
}
#: The number of the profile that says for how long an outcome answers a question. What is not here answers nothing:
#: nobody was met, nobody wanted to answer, or it was not a matter of the order.
HOLDS: Mapping[str, Mapping[str, str]] = {
    "verified_present": {"residence": "reuse_days_residence", "health": "reuse_days_health"},
    "verified_absent": {"residence": "reuse_days_away"},
    "moved": {"residence": "reuse_days_residence", "health": "reuse_days_residence"},
    "wrong_person": {"residence": "reuse_days_residence", "health": "reuse_days_residence"},
    "referred_medical": {"residence": "reuse_days_residence", "health": "reuse_days_health"},
}
#: Outcomes that speak of health only if health was asked about.
ONLY_IF_ASKED = frozenset({"verified_present"})


def asked_by(kind: str) -> tuple[str, ...]:
    """Return what a clue of this kind asks."""
    return ASKED_BY.get(kind, tuple(FIELDS))


def answers(outcome: str, kind: str) -> tuple[str, ...]:
    """Return what is answered when a clue of this kind was given this outcome."""
    asked = asked_by(kind)
    return tuple(
        field
        for field in HOLDS.get(outcome, {})
        if field != "health" or field in asked or outcome not in ONLY_IF_ASKED
    )


def proved_count(outcome: str, kind: str, *, is_evidenced: bool) -> int:
    """Return how many of a clue's own questions an outcome answers with evidence; without it, none."""
    return len(set(answers(outcome, kind)) & set(asked_by(kind))) if is_evidenced else 0


def holds_since(field: str, outcome: str, *, profile: ProfileView, now: datetime) -> datetime | None:
    """Return since when this outcome must have been found to answer the question now; None if it never does."""
    number = HOLDS.get(outcome, {}).get(field)
    return now - timedelta(days=profile.number(number)) if number else None


def reuse_since(kind: str, outcome: str, *, profile: ProfileView, now: datetime) -> datetime | None:
    """Return since when this outcome must have been found to answer everything a clue of this kind asks, or None."""
    times = [holds_since(field, outcome, profile=profile, now=now) for field in asked_by(kind)]
    found = [one for one in times if one is not None]
    return max(found) if len(found) == len(times) else None


def oldest(*, profile: ProfileView, now: datetime) -> datetime:
    """Return the moment before which no answer of any kind is worth looking at."""
    numbers = {number for holds in HOLDS.values() for number in holds.values()}
    return now - timedelta(days=max(profile.number(number) for number in numbers))


def holds(outcome: str, kind: str, at: datetime, *, profile: ProfileView, now: datetime) -> tuple[str, ...]:
    """Return which questions are answered now by what was found then, for a clue of this kind."""
    since = {field: holds_since(field, outcome, profile=profile, now=now) for field in answers(outcome, kind)}
    return tuple(field for field, first in since.items() if first is not None and at >= first)


def still_asked(
    kinds: Iterable[str], known: Iterable[tuple[str, str, datetime]], *, profile: ProfileView, now: datetime
) -> tuple[str, ...]:
    """
    Return what clues of these kinds still ask about one person, in the order of FIELDS.

    `known` is what was found about the person before: (outcome, kind it was found for, when).
    """
    asked = {field for kind in kinds for field in asked_by(kind)}
    for outcome, kind, at in known:
        asked.difference_update(holds(outcome, kind, at, profile=profile, now=now))
    return tuple(field for field in FIELDS if field in asked)
