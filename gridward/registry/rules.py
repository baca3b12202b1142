"""
Owns how exact keys decide who a row is about, and which of two values of a person holds. Pure: sets of residents in,
one decision out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

#: Strongest first. A key that fits several people is ambiguous, never "the first" (data findings 2.1).
RULES = ("id", "phone_name", "phone_surname", "door_name")


@dataclass(frozen=True)
class Found:
    """One resident a key led to."""

    resident_id: UUID
    household_id: UUID
    area_pos: int


@dataclass(frozen=True)
class Decision:
    """Who a row is about: decided (`found`), undecided for a reason, or unknown to the register (neither)."""

    rule: str = ""
    reason: str = ""
    found: Found | None = None
    candidates: tuple[UUID, ...] = ()


UNKNOWN = Decision()


def decide(hits: Mapping[str, Sequence[Found]]) -> Decision:
    """
    Decide from the residents each key led to.

    `hits` holds the RULES plus `id_surname` (people whose id and surname both agree) and `door` (everybody behind
    the door). One person under the strongest key wins; several are narrowed by the other keys; what stays open, and
    a unique id and a unique phone that name people of different households, goes to a person to decide.
    """
    for position, rule in enumerate(RULES):
        people = _distinct(hits.get(rule, ()))
        if not people:
            continue
        if rule == "id" and not _distinct(hits.get("id_surname", ())).keys() & people.keys():
            return Decision(reason="name_disagrees", candidates=_ids(people))
        left = _narrowed(people, [_distinct(hits.get(weaker, ())) for weaker in RULES[position + 1 :]])
        if len(left) > 1:
            return Decision(reason="ambiguous", candidates=_ids(left))
        (found,) = left.values()
        if other := _contradiction(rule, found, hits):
            return Decision(reason="keys_disagree", candidates=(found.resident_id, *_ids(other)))
        return Decision(rule=rule, found=found)
    behind = _distinct(hits.get("door", ()))
    return Decision(reason="name_not_at_door", candidates=_ids(behind)) if behind else UNKNOWN


def _distinct(found: Sequence[Found]) -> dict[UUID, Found]:
    return {person.resident_id: person for person in found}


def _ids(people: Mapping[UUID, Found]) -> tuple[UUID, ...]:
    return tuple(sorted(people))


def _narrowed(people: dict[UUID, Found], weaker: Sequence[dict[UUID, Found]]) -> dict[UUID, Found]:
    for others in weaker:
        both = {key: person for key, person in people.items() if key in others}
        if both:
            people = both
    return people


def _contradiction(rule: str, found: Found, hits: Mapping[str, Sequence[Found]]) -> dict[UUID, Found]:
    """Return people of another household whom a weaker but full key names, when it does not name `found` too."""
    for weaker in RULES[RULES.index(rule) + 1 :]:
        if weaker == "phone_surname":
            continue
        others = _distinct(hits.get(weaker, ()))
        elsewhere = {
            key: person for key, person in others.items() if person.household_id != found.household_id
        }
        if elsewhere and found.resident_id not in others:
            return elsewhere
    return {}


def value_told(registered: str, told: str) -> str:
    """Return the value that holds when a file tells one about a registered person: an empty cell says nothing."""
    return told or registered
