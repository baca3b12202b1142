"""Who a row is about, decided from what each exact key led to. Never "the first"."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.registry.rules import RULES, Decision, Found, decide


def person(number: int, household: int) -> Found:
    return Found(UUID(int=number), UUID(int=1000 + household), 5000 + household)


mother = person(1, 1)
son = person(2, 1)
neighbour = person(3, 2)
namesake = person(4, 3)

CASES = [
    ("an id with the right surname decides", {"id": [mother], "id_surname": [mother]}, "id", "", mother),
    ("an id of somebody with another surname does not", {"id": [mother]}, "", "name_disagrees", None),
    ("a phone with the whole name decides", {"phone_name": [son]}, "phone_name", "", son),
    (
        "a phone with the surname decides when it is unique",
        {"phone_surname": [mother]},
        "phone_surname",
        "",
        mother,
    ),
    ("a shared phone is ambiguous", {"phone_surname": [mother, son]}, "", "ambiguous", None),
    (
        "a shared phone is settled by the door",
        {"phone_surname": [mother, son], "door_name": [son], "door": [mother, son]},
        "phone_surname",
        "",
        son,
    ),
    (
        "a doubled id is ambiguous",
        {"id": [mother, namesake], "id_surname": [mother, namesake]},
        "",
        "ambiguous",
        None,
    ),
    (
        "a doubled id is settled by the phone",
        {"id": [mother, namesake], "id_surname": [mother, namesake], "phone_name": [mother]},
        "id",
        "",
        mother,
    ),
    (
        "a name at its door decides",
        {"door_name": [neighbour], "door": [neighbour]},
        "door_name",
        "",
        neighbour,
    ),
    ("somebody else behind a known door", {"door": [mother, son]}, "", "name_not_at_door", None),
    (
        "an id and a phone of different households disagree",
        {"id": [mother], "id_surname": [mother], "phone_name": [neighbour]},
        "",
        "keys_disagree",
        None,
    ),
    (
        "a phone of the same household does not disagree",
        {"id": [son], "id_surname": [son], "phone_name": [mother]},
        "id",
        "",
        son,
    ),
    ("nothing leads nowhere", {}, "", "", None),
]


@pytest.mark.parametrize(
    ("hits", "rule", "reason", "found"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_the_decision(hits: dict[str, list[Found]], rule: str, reason: str, found: Found | None) -> None:
    decision = decide(hits)

    assert (decision.rule, decision.reason, decision.found) == (rule, reason, found)


#: A resident lives in one household.
people = st.integers(1, 6).map(lambda number: person(number, number % 3))
hit_lists = st.dictionaries(st.sampled_from([*RULES, "id_surname", "door"]), st.lists(people, max_size=4))


@given(hit_lists)
def test_a_decision_is_one_person_or_a_reason_or_unknown(hits: dict[str, list[Found]]) -> None:
    decision = decide(hits)

    assert not (decision.found and decision.reason)
    assert bool(decision.found) == bool(decision.rule)
    if decision.found:
        assert decision.found in hits[decision.rule]
    if decision.reason:
        assert decision.candidates
    if decision == Decision():
        assert not any(hits.get(rule) for rule in (*RULES, "door"))


@given(hit_lists, st.randoms())
def test_the_order_of_hits_does_not_matter(hits: dict[str, list[Found]], random: Random) -> None:
    shuffled = {kind: sorted(found, key=lambda _: random.random()) for kind, found in hits.items()}

    first, second = decide(hits), decide(shuffled)

    assert first.reason == second.reason
    assert first.candidates == second.candidates
    assert (first.found and first.found.resident_id) == (second.found and second.found.resident_id)
