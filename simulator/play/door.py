"""
What a worker finds out at a door, from the masked names on the page and from who opens.

Owns the rules of a truthful visit. The page shows the address, and of each person the surname and the ends of the
telephone number; with these a person is looked for among those who live behind that door. Two who look alike are taken
in the order of the register. Whoever is not found is a stranger to the household, with a rule of his own.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.play.day import Home, Member, group_name
from simulator.play.pages import Asked

#: Results after which somebody comes again; nobody has an outcome then.
COME_AGAIN = frozenset({"not_home", "postponed", "unsafe"})
#: At a door the register knows nobody behind, somebody opens at these hours.
UNKNOWN_HOURS = (8 * 3600, 21 * 3600)
#: The results of a call which the form of the house has no word for, and the word that comes nearest.
CALL_WORDS: Mapping[str, str] = {
    "rejected": "hung_up", "opted_out": "hung_up", "out_of_area": "no_answer", "network_busy": "busy",
    "number_suspended": "invalid_number",
}  # fmt: skip
#: One stranger in so many is away at present; the others are not known at that door.
ONE_IN_AWAY = 4
STRANGER = "stranger"


@dataclass(frozen=True)
class Finding:
    """What a visit found: the result at the door, and for each person the outcome and whom the page may mean."""

    result: str
    outcomes: dict[str, str]
    groups: dict[str, str]


def match(asked: Sequence[Asked], homes: Sequence[Home]) -> tuple[Home | None, dict[str, Member]]:
    """Return the household that fits best, and who of that door each person on the page is."""
    alike: dict[tuple[str, str], list[tuple[int, Member]]] = defaultdict(list)
    for place, home in enumerate(homes):
        for member in home.members:
            alike[member.name, member.phone].append((place, member))
    found: dict[str, Member] = {}
    votes = [0] * len(homes)
    for person in asked:
        if one := alike.get((person.name, person.phone)):
            place, member = one.pop(0)
            found[person.person_id] = member
            votes[place] += 1
    return (homes[votes.index(max(votes))] if homes else None), found


def visit(asked: Sequence[Asked], homes: Sequence[Home], second: int) -> Finding:
    """Return what somebody finds who rings at this door at this second of the day."""
    home, found = match(asked, homes)
    groups = {
        person.person_id: group_name(_home_of(found[person.person_id], homes), person.name, person.phone)
        if person.person_id in found
        else STRANGER
        for person in asked
    }
    start, until = (home.home_from, home.home_until) if home else UNKNOWN_HOURS
    result = home.door if home else "done"
    if not start <= second < until:
        result = "not_home"
    if result in COME_AGAIN:
        return Finding(result, {}, groups)
    outcomes = {person.person_id: _outcome(person, found, result) for person in asked}
    return Finding(result, outcomes, groups)


def found_by(result: str) -> str:
    """Return how a worker says that it was found out: where nobody was met, nothing is said."""
    return {"done": "person", "refused": "person", "moved": "neighbour"}.get(result, "")


def _home_of(member: Member, homes: Sequence[Home]) -> str:
    return next(home.ref for home in homes if member in home.members)


def _outcome(person: Asked, found: Mapping[str, Member], result: str) -> str:
    if result in ("refused", "moved"):
        return result  # one answer for everybody who is asked about at this door
    if person.person_id in found:
        return found[person.person_id].outcome
    mark = zlib.crc32(f"{person.name} {person.phone}".encode())
    return "verified_absent" if mark % ONE_IN_AWAY == 0 else "wrong_person"


def call(person: Asked, homes: Sequence[Home], *, settled_by_phone: Sequence[str]) -> tuple[str, str, str]:
    """Return what a call to a person comes to: the result, an outcome it settles or '', and whom the page may mean."""
    _home, found = match([person], homes)
    member = found.get(person.person_id)
    if member is None:
        return "no_answer", "", STRANGER
    group = group_name(_home_of(member, homes), person.name, person.phone)
    result = CALL_WORDS.get(member.call_result, member.call_result)
    settles = result == "answered" and member.outcome in settled_by_phone
    return result, member.outcome if settles else "", group
