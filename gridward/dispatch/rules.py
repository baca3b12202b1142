"""
Owns the four passes, the outcomes and the hours of release. Pure.

desk → phone → visit → update (DOMAIN 3.4). The passes belong to the subject, the visit to the household; closing
counts as the day's update.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import ProfileView
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

PASSES = ("desk", "phone", "visit", "update")
PASS_LABELS: Mapping[str, Text] = {
    "desk": _("Desk check"),
    "phone": _("Phone check"),
    "visit": _("Visit"),
    "update": _("Daily update"),
    "done": _("Done"),
}

#: What a pass may bring. `skipped` needs a lawful reason of its own (see SKIPS).
RESULTS: Mapping[str, Mapping[str, Text]] = {
    "desk": {"matched": _("Found in the register"), "not_in_register": _("Not in the register"),
             "decided": _("Decided in review"), "decided_before": _("Decided before by an officer")},
    "phone": {
        "answered": _("Answered"), "no_answer": _("No answer"), "busy": _("Busy"), "powered_off": _("Switched off"),
        "invalid_number": _("Number does not exist"), "hung_up": _("Hung up"), "skipped": _("Skipped"),
    },
    "visit": {
        "done": _("Visited"), "not_home": _("Nobody home"), "refused": _("Refused"), "moved": _("Lives elsewhere"),
        "unsafe": _("Unsafe"), "postponed": _("Postponed"), "skipped": _("Skipped"),
    },
    "update": {"closed": _("Closed with the day's update"), "reused": _("Answered by what was known")},
}  # fmt: skip

#: Desk checks that were a person's decision in review.
BY_AN_OFFICER = frozenset({"decided", "decided_before"})

#: The only reasons for which a pass may be left out.
SKIPS: Mapping[str, Mapping[str, Text]] = {
    "phone": {
        "no_number": _("No telephone number is known"),
        "at_the_door": _("The worker is at the door already"),
        "cannot_use_phone": _("The person cannot use a telephone"),
    },
    "visit": {"settled_by_phone": _("Settled by telephone")},
}

#: What somebody says on the telephone about the person asked for; evidence, no outcome.
SAID: Mapping[str, Text] = {
    "lives_here": _("says: lives here"),
    "lives_here_away": _("says: lives here, away now"),
    "lives_elsewhere": _("says: lives elsewhere"),
    "unknown_here": _("says: no such person here"),
}
#: How a worker at the door found out what is recorded; evidence of the visit.
FOUND_BY: Mapping[str, Text] = {
    "person": _("spoke with the person"),
    "family": _("spoke with the family"),
    "neighbour": _("a neighbour says so"),
    "property_staff": _("the property staff say so"),
    "document": _("a document was shown"),
}
EVIDENCE: Mapping[str, tuple[str, Mapping[str, Text]]] = {
    "phone": ("said", SAID),
    "visit": ("found_by", FOUND_BY),
}

OUTCOMES: Mapping[str, Text] = {
    "verified_present": _("Lives here, checked"),
    "verified_absent": _("Lives here, away now"),
    "moved": _("Lives elsewhere"),
    "wrong_person": _("No such person here"),
    "unreachable": _("Unreachable"),
    "refused": _("Refused"),
    "referred_medical": _("Handed to medical care"),
    "out_of_scope": _("Not a matter of this order"),
}

#: Outcomes a telephone call can settle without a visit.
BY_PHONE = frozenset({"moved", "wrong_person", "out_of_scope"})
#: After so many visits without anybody home a person may be reported unreachable (DOMAIN 3.4).
VISITS_BEFORE_UNREACHABLE = 3

#: Why P1 goes over a budget. Somebody chooses one of EXCESSES; the others are said by the house itself.
EXCESSES: Mapping[str, Text] = {
    "danger": _("Somebody may be in danger"),
    "deadline": _("The time limit ends today"),
    "asked_for": _("The household asked for it"),
    "health_centre": _("The health centre asks for it"),
}
EXCESSES_SAID: Mapping[str, Text] = {
    **EXCESSES,
    "urgent_clue": _("An urgent clue came"),
    "stands_in": _("It went to whoever stands in"),
}

PRIORITIES = ("P1", "P2", "P3", "P4")

#: For whom a door is looked up; the ledger keeps which.
ASKERS: Mapping[str, Text] = {
    "gate": _("A gate"),
    "hotline": _("The hotline"),
    "resident": _("Somebody who lives there"),
    "department": _("A department"),
}

declare(
    {
        "door_looks_many": Problem(
            429,
            _("Too many doors were looked up in the last hour."),
            _("Go on in an hour: at most %(most)s looks, and %(misses)s that lead to no door."),
        ),
        "task_closed": Problem(409, _("This task is closed."), _("Open your list again.")),
        "task_begun": Problem(
            409,
            _("Somebody has called or visited this household already."),
            _(
                "Tell its worker: “No such person here” ends it, and the next row that says the same comes to review."
            ),
        ),
        "task_released": Problem(409, _("This task is released already."), _("Nothing needs to be done.")),
        "pass_order": Problem(
            409, _("The passes come in order; the next one is: %(next)s."), _("Record that one first.")
        ),
        "pass_result": Problem(
            422, _("This result does not belong to this pass."), _("Choose one from the list.")
        ),
        "evidence_unknown": Problem(
            422, _("This evidence does not belong to this pass."), _("Choose one from the list.")
        ),
        "skip_reason": Problem(
            422, _("A pass may only be left out for one of the listed reasons."), _("Choose a reason.")
        ),
        "outcome_unknown": Problem(
            422, _("Choose what you found for each person."), _("Choose one for everybody.")
        ),
        "outcome_too_early": Problem(
            422,
            _("“Unreachable” needs %(least)s visits without anybody home."),
            _("Record “Nobody home” and come again."),
        ),
        "outcome_needs_visit": Problem(
            422,
            _("This can only be found out at the door."),
            _("Visit the household, or choose another outcome."),
        ),
        "quiet_hours": Problem(
            409,
            _("It is quiet time from %(from)s to %(until)s o'clock."),
            _("Only an urgent task may go out now."),
        ),
        "form_recorded": Problem(
            409,
            _("This form was recorded already, with other answers."),
            _("What was recorded stays. Open the household again to record what came after it."),
        ),
        "contact_budget": Problem(
            409,
            _("This household has been asked %(count)s times today."),
            _("Come again tomorrow. Only an urgent task (P1) goes on, with a reason of the list."),
        ),
        "worker_budget": Problem(
            409,
            _("The worker's day is full: %(count)s of %(most)s households."),
            _("It waits for the next batch. Or name somebody with room to stand in."),
        ),
        "excess_reason": Problem(
            422,
            _("This household has been asked %(count)s times today."),
            _("Choose why this urgent task goes on; the reason is kept and counted."),
        ),
    }
)


def may_record(pass_kind: str, result: str, reason: str) -> Refusal | None:
    """Refuse a result that does not belong to the pass, and a skip without a lawful reason."""
    if result not in RESULTS.get(pass_kind, {}):
        return refuse("pass_result")
    if result == "skipped" and reason not in SKIPS.get(pass_kind, {}):
        return refuse("skip_reason")
    return None


def evidence_of(pass_kind: str, chosen: str) -> dict[str, str] | Refusal:
    """Return what is kept as evidence of a pass, from its closed list; nothing chosen is nothing kept."""
    name, known = EVIDENCE[pass_kind]
    if chosen and chosen not in known:
        return refuse("evidence_unknown")
    return {name: chosen} if chosen else {}


#: Results of a visit with which somebody was met at the door.
MET = frozenset({"done", "refused", "moved"})


def is_met(result: str, evidence: Mapping[str, str]) -> bool:
    """Tell whether a visit counts as made: somebody was met, and it says how it was found out."""
    return result in MET and bool(evidence.get("found_by"))


def is_heard(result: str, evidence: Mapping[str, str]) -> bool:
    """Tell whether a call that settles something is evidence of it: somebody answered and said so."""
    return result == "answered" and evidence.get("said") in LIVES_NOT_HERE


LIVES_HERE = frozenset({"verified_present", "verified_absent", "lives_here", "lives_here_away"})
LIVES_NOT_HERE = frozenset({"moved", "wrong_person", "lives_elsewhere", "unknown_here"})


def disagreements(outcome: str, *, desk: str, said: str) -> tuple[str, ...]:
    """
    Return which earlier passes say the contrary of what was found at the door: `desk`, `phone`, both or neither.

    The register knew the person here, or somebody said so on the telephone, and the door says otherwise; or the other
    way round. Being away is no contradiction: people go out. Not being in the register is none either.
    """
    found_here, found_elsewhere = outcome in LIVES_HERE, outcome in LIVES_NOT_HERE
    against = []
    if desk == "matched" and found_elsewhere:
        against.append("desk")
    if (said in LIVES_HERE and found_elsewhere) or (said in LIVES_NOT_HERE and found_here):
        against.append("phone")
    return tuple(against)


def may_come_now(next_pass: str, pass_kind: str) -> Refusal | None:
    """Refuse a pass out of order. A visit may be repeated; a phone check may be made until the visit is done."""
    if pass_kind == next_pass or (pass_kind == "phone" and next_pass == "visit"):
        return None
    return refuse("pass_order", next=str(PASS_LABELS[next_pass]))


def pass_after(present: str, result: str, reason: str) -> str:
    """
    Return what has become of a pass that may be left out: 'done', or the reason it was left out for.

    Of several reasons it is the first by its name, in whatever order they were given.
    """
    if result != "skipped":
        return "done"
    return present if present == "done" else min(reason, present or reason)


def happened_at(done_at: datetime | None, *, since: datetime | None, now: datetime) -> datetime:
    """Return when something was done: as told, but never after now and never before it went out to the worker."""
    if done_at is None:
        return now
    return min(now, max(done_at, since or now))


def next_after(pass_kind: str, result: str, present: str) -> str:
    """Return the pass that comes after this result."""
    if pass_kind == "desk":
        return "phone"
    if pass_kind == "phone":
        return "visit"
    if pass_kind == "visit":
        return "visit" if result in ("not_home", "postponed", "unsafe") else "update"
    return "done" if pass_kind == "update" else present


def may_conclude(outcome: str, *, visits_not_home: int) -> Refusal | None:
    """Refuse an outcome that is none, and “unreachable” before somebody came often enough."""
    if outcome not in OUTCOMES:
        return refuse("outcome_unknown")
    if outcome == "unreachable" and visits_not_home < VISITS_BEFORE_UNREACHABLE:
        return refuse("outcome_too_early", least=VISITS_BEFORE_UNREACHABLE)
    return None


def may_settle(outcome: str, result: str) -> Refusal | None:
    """Refuse an outcome that a telephone call with this result does not carry: somebody has to have answered."""
    if outcome not in OUTCOMES:
        return refuse("outcome_unknown")
    if outcome not in BY_PHONE or result != "answered":
        return refuse("outcome_needs_visit")
    return None


def priority_of(priorities: Sequence[str]) -> str:
    """Return the most urgent of several priorities."""
    return min(priorities)


def due_at(priority: str, opened_at: datetime, profile: ProfileView) -> datetime:
    """Return when a task of this priority is due, in calendar hours from its opening."""
    return opened_at + timedelta(hours=profile.number(f"due_hours_{priority.lower()}"))


def band_of(households: int, budget: int) -> str:
    """Return the band of a worker's day: free, room, full or over."""
    if households > budget:
        return "over"
    if households == budget:
        return "full"
    return "room" if households else "free"


def substitute_of(loads: Mapping[UUID, int]) -> UUID | None:
    """Return who stands in: whoever has the fewest households in the day; of several the first in the given order."""
    return min(loads, key=lambda who: loads[who], default=None)


def goes_on(moved: Sequence[tuple[str, datetime, UUID]], *, room: int) -> set[UUID]:
    """Return which tasks (priority, due, id) stay out when they change hands: P1, and the most urgent that fit."""
    urgent = [one for one in moved if one[0] == "P1"]
    rest = sorted(one for one in moved if one[0] != "P1")
    return {task_id for _priority, _due, task_id in [*urgent, *rest[: max(0, room - len(urgent))]]}


@dataclass(frozen=True)
class Hours:
    """The quiet time of a profile and the set times at which work goes out, in local time."""

    quiet_from: int
    quiet_until: int
    batches: tuple[int, int]
    zone: ZoneInfo

    @classmethod
    def of(cls, profile: ProfileView, zone: str) -> "Hours":
        """Read the quiet time from a profile."""
        return cls(
            int(profile.number("quiet_from_hour")),
            int(profile.number("quiet_until_hour")),
            (int(profile.number("batch_first_hour")), int(profile.number("batch_second_hour"))),
            ZoneInfo(zone),
        )

    def quiet(self, at: datetime) -> bool:
        """Tell whether nobody should be disturbed at this moment."""
        hour = at.astimezone(self.zone).hour
        return hour >= self.quiet_from or hour < self.quiet_until

    def release_at(self, priority: str, at: datetime) -> datetime:
        """Return when a task goes to its worker: P1 at once, anything else at the next set time (H-20)."""
        if priority == "P1":
            return at
        local = at.astimezone(self.zone)
        days = (local.date(), local.date() + timedelta(days=1))
        times = (datetime.combine(day, time(hour), tzinfo=self.zone) for day in days for hour in self.batches)
        return next(moment for moment in times if moment >= at)

    def batch_hour(self, at: datetime) -> int:
        """Return the set time whose batch goes out at this moment; -1 before the first of the day and in quiet time."""
        local = at.astimezone(self.zone)
        past = [hour for hour in self.batches if hour <= local.hour]
        return max(past) if past and not self.quiet(at) else -1

    def set_time(self, day: date, now: datetime) -> datetime | None:
        """Return the first set time of a day that is not past, None when all are."""
        times = [datetime.combine(day, time(hour), tzinfo=self.zone) for hour in self.batches]
        return next((moment for moment in times if moment >= now), None)

    def day_begins(self, at: datetime) -> datetime:
        """Return the midnight before this moment."""
        return datetime.combine(at.astimezone(self.zone).date(), time(), tzinfo=self.zone)

    def day_ends(self, at: datetime) -> datetime:
        """Return when the quiet time of this day begins."""
        return self.day_begins(at) + timedelta(hours=self.quiet_from)
