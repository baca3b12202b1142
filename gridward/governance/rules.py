"""Owns what an order must be, which purposes exist, and when a grant covers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse


@dataclass(frozen=True)
class Purpose:
    """Why personal data may be touched: a stable code, its words, and the kind of basis that can carry it."""

    code: str
    label: Text
    explanation: Text
    basis: str


def _purpose(code: str, label: Text, explanation: Text, basis: str = "order") -> Purpose:
    return Purpose(code, label, explanation, basis)


#: The closed list of purposes. An order names those it opens; nothing else can be asked for.
PURPOSES: Mapping[str, Purpose] = {
    purpose.code: purpose
    for purpose in (
        _purpose(
            "case_finding",
            _("Finding and checking people a clue is about"),
            _("Departments' lists are checked once at the door; the outcome goes back to the sender."),
        ),
        _purpose(
            "home_service",
            _("Help for households"),
            _("What a household needs during the emergency: food, medicine, transport."),
        ),
        _purpose(
            "quarantine_support",
            _("Support in home quarantine"),
            _("Readings, supplies and contact for people who stay at home under a decision."),
        ),
        _purpose(
            "labour_record",
            _("Labour records of workers"),
            _("Who works where and when; kept under labour law, not under an order."),
            "statute",
        ),
    )
}

#: Kinds of population an order may be about (H-03). The last needs a written necessity and at most 14 days.
POPULATION_SCOPES: Mapping[str, Text] = {
    "key_persons": _("Confirmed and suspected cases and their close contacts"),
    "returnees_and_contacts": _("People on departments' lists of returnees and contacts"),
    "all_residents": _("All residents of the area"),
}

ORDER_KINDS: Mapping[str, Text] = {
    "epidemic": _("Epidemic"),
    "flood": _("Flood"),
    "drill": _("Drill on synthetic people"),
}

LONGEST = timedelta(days=30)
LONGEST_ALL_RESIDENTS = timedelta(days=14)
LEAST_NECESSITY = 40
#: From this extension on (counting from one), the impact assessment is done anew (H-01).
EXTENSION_TO_ASSESS = 3
LEAST_REASON = 10

#: Which right-holder signs in which capacity; an order needs both. The same two destroy its keys.
CAPACITIES: Mapping[str, str] = {"issuing_officer": "authority", "privacy_officer": "privacy"}
#: Who drafts an order and who ends it before its time. The walls in the database repeat these three lists.
DRAFTERS = frozenset({"city_officer"})
ENDERS = frozenset({"issuing_officer"})
AUTHORITY_WORDS = _("Signature of the issuing authority")
PRIVACY_WORDS = _("Signature of the privacy officer")

declare(
    {
        "order_inactive": Problem(
            403,
            _("No emergency order is active for this area and purpose."),
            _(
                "Nothing can be collected now. Readiness work (tree, rosters, drills on synthetic people) goes on."
            ),
        ),
        "order_too_long": Problem(
            422,
            _("An order lasts at most %(days)s days."),
            _("Choose an earlier end. It can be renewed by decision."),
        ),
        "order_times": Problem(
            422, _("The order ends before it starts."), _("Correct the start or the end.")
        ),
        "order_purposes": Problem(
            422, _("An order names at least one known purpose."), _("Choose from the list of purposes.")
        ),
        "order_scope": Problem(422, _("This population scope is not known."), _("Choose one from the list.")),
        "order_kind": Problem(422, _("This kind of order is not known."), _("Choose one from the list.")),
        "order_necessity": Problem(
            422,
            _("An order about all residents needs its necessity in writing."),
            _("Write why fewer people would not do, at least %(least)s characters."),
        ),
        "order_overlaps": Problem(
            409,
            _("Another order of this kind covers part of this area at that time."),
            _("Wait for its end, or choose another area."),
        ),
        "order_already_signed": Problem(
            409,
            _("You have signed this order, or it is signed in your capacity."),
            _("A second person must sign."),
        ),
        "order_over": Problem(409, _("This order is over."), _("Draft a new one.")),
        "order_not_in_force": Problem(
            409, _("Only an order in force can be extended."), _("Wait for its start, or draft a new order.")
        ),
        "extension_times": Problem(
            422, _("The new end is not later than the present one."), _("Choose a later end.")
        ),
        "extension_too_long": Problem(
            422,
            _("One extension lasts at most %(days)s days."),
            _("Choose an earlier end. It can be extended again by decision."),
        ),
        "extension_assessment": Problem(
            422,
            _("From the third extension on, the impact on personal information is assessed anew."),
            _("Write the number of the new assessment."),
        ),
        "extension_stale": Problem(
            409,
            _("The order's end has moved since this was proposed."),
            _("Propose the extension again, from the present end."),
        ),
        "carry_over_same": Problem(
            422, _("An order does not take a register over from itself."), _("Choose the order that follows.")
        ),
        "carry_over_source": Problem(
            409,
            _("A register is given on only while its order is in force."),
            _("Decide it before the end of the order; afterwards the register is loaded anew."),
        ),
        "carry_over_successor": Problem(
            409,
            _("Only an order that is signed and not over takes a register over."),
            _("Have the new order signed first."),
        ),
        "carry_over_area": Problem(
            422,
            _("The two orders have no area in common."),
            _("Choose an order that covers people of this one."),
        ),
        "carry_over_purpose": Problem(
            422,
            _("Both orders must name the purpose that the register is kept for."),
            _("Draft the new order with the purpose of finding and checking people."),
        ),
        "carry_over_drill": Problem(
            422,
            _("Between a drill and an emergency nobody is carried over."),
            _("A drill's people are synthetic; load the register of the emergency."),
        ),
        "carry_over_twice": Problem(
            409,
            _("This carry-over is decided already, or not possible any more."),
            _("Look at the order's page."),
        ),
        "carry_over_unsigned": Problem(
            403,
            _("No signed carry-over leads from the one order to the other."),
            _("Propose it on the page of the order; two people sign it."),
        ),
        "not_a_signatory": Problem(
            403, _("Your role does not sign orders."), _("An issuing officer and a privacy officer sign.")
        ),
        "purpose_not_named": Problem(
            403, _("The order does not name this purpose."), _("Ask for an order that names it.")
        ),
        "no_grant": Problem(
            404,
            _("There is nothing here that you may open."),
            _("You see a household only while you have a task there."),
        ),
        "order_not_over": Problem(
            409,
            _("The order %(number)s is not over yet: its keys stay until it is."),
            _("End it first, or wait for its end."),
        ),
        "key_destroyed": Problem(
            410, _("This data no longer exists: its key was destroyed."), _("Nothing can bring it back.")
        ),
    }
)


@dataclass(frozen=True)
class Draft:
    """What somebody proposes as an order."""

    number: str
    title: str
    kind: str
    authority: str
    area_code: str
    population_scope: str
    necessity_note: str
    purposes: Sequence[str]
    bodies: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    profile_code: str = "covid19_cn_2020_03"


def may_draft(draft: Draft) -> Refusal | None:
    """Refuse a draft that no signature could make lawful (H-01, H-03)."""
    if draft.ends_at <= draft.starts_at:
        return refuse("order_times")
    longest = LONGEST_ALL_RESIDENTS if draft.population_scope == "all_residents" else LONGEST
    if draft.ends_at - draft.starts_at > longest:
        return refuse("order_too_long", days=longest.days)
    if not draft.purposes or any(PURPOSES.get(p, _NO_PURPOSE).basis != "order" for p in draft.purposes):
        return refuse("order_purposes")
    if draft.population_scope not in POPULATION_SCOPES:
        return refuse("order_scope")
    if draft.kind not in ORDER_KINDS:
        return refuse("order_kind")
    if draft.population_scope == "all_residents" and len(draft.necessity_note.strip()) < LEAST_NECESSITY:
        return refuse("order_necessity", least=LEAST_NECESSITY)
    return None


_NO_PURPOSE = Purpose("", "", "", "none")


@dataclass(frozen=True)
class Extension:
    """What somebody proposes: until when an order shall last, and why."""

    ends_at: datetime
    reason: str
    assessment: str = ""


def may_extend(
    extension: Extension, *, ends_at: datetime, population_scope: str, extension_count: int
) -> Refusal | None:
    """Refuse an extension that no signature could make lawful, given the order's end, scope and past extensions."""
    longest = LONGEST_ALL_RESIDENTS if population_scope == "all_residents" else LONGEST
    if extension.ends_at <= ends_at:
        return refuse("extension_times")
    if extension.ends_at - ends_at > longest:
        return refuse("extension_too_long", days=longest.days)
    if len(extension.reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    if extension_count + 1 >= EXTENSION_TO_ASSESS and not extension.assessment.strip():
        return refuse("extension_assessment")
    return None


#: What a register is kept for. Orders that do not name it have none.
REGISTER_PURPOSE = "case_finding"


class Party(Protocol):
    """An order as a carry-over looks at it: the one that gives a register or the one that takes it."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def kind(self) -> str:
        """What kind of emergency it answers."""

    @property
    def state(self) -> str:
        """How far its life has come."""

    @property
    def area_pos(self) -> int:
        """Where its area begins on the area line."""

    @property
    def area_end(self) -> int:
        """Where its area ends on the area line."""

    @property
    def purposes(self) -> Sequence[str]:
        """What it may be used for."""


def may_carry_over(source: Party, successor: Party) -> Refusal | None:
    """
    Refuse a carry-over that no signature could make lawful. It is decided while the giving order is in force.

    The successor may still be about to begin: two orders of a kind never cover one place at the same time.
    """
    if source.id == successor.id:
        return refuse("carry_over_same")
    if source.state != "active":
        return refuse("carry_over_source")
    if successor.state not in ("planned", "active"):
        return refuse("carry_over_successor")
    if source.area_pos >= successor.area_end or successor.area_pos >= source.area_end:
        return refuse("carry_over_area")
    if REGISTER_PURPOSE not in source.purposes or REGISTER_PURPOSE not in successor.purposes:
        return refuse("carry_over_purpose")
    if (source.kind == "drill") != (successor.kind == "drill"):
        return refuse("carry_over_drill")
    return None


def order_state(
    *,
    signed_at: datetime | None,
    starts_at: datetime,
    ends_at: datetime,
    ended_at: datetime | None,
    now: datetime,
) -> str:
    """Return where an order stands by the clock: draft, planned, active or over."""
    if ended_at or now >= ends_at:
        return "over"
    if not signed_at:
        return "draft"
    return "active" if starts_at <= now else "planned"
