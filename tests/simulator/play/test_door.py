"""Whom a masked name means at a door, and what is found there."""

import pytest

from gridward.dispatch.rules import RESULTS
from simulator.day.answers import PHONES
from simulator.play.day import Home, Member
from simulator.play.door import CALL_WORDS, STRANGER, call, match, visit
from simulator.play.pages import Asked

MORNING, NIGHT = 9 * 3600, 3 * 3600
FATHER = Member("R1", "王**", "154****0001", "answered", "verified_present")
MOTHER = Member("R2", "李**", "154****0002", "powered_off", "verified_absent")
CHILD = Member("R3", "王**", "154****0001", "answered", "moved")
LODGER = Member("R9", "赵**", "154****0009", "no_answer", "referred_medical")


def home(*members: Member, ref: str = "H1", door: str = "done") -> Home:
    return Home(ref, 8 * 3600, 20 * 3600, door, members)


def asked(number: int, member: Member) -> Asked:
    return Asked(f"person-{number}", member.name, member.phone, "Visit")


FAMILY = home(FATHER, MOTHER, CHILD)


def test_everybody_is_known_by_surname_and_the_ends_of_the_number() -> None:
    finding = visit([asked(1, MOTHER), asked(2, FATHER)], [FAMILY], MORNING)

    assert finding.result == "done"
    assert finding.outcomes == {"person-1": "verified_absent", "person-2": "verified_present"}
    assert finding.groups["person-1"] == "H1 李** 154****0002"


def test_two_who_look_alike_are_taken_in_the_order_of_the_register() -> None:
    both = visit([asked(1, CHILD), asked(2, FATHER)], [FAMILY], MORNING)
    one = visit([asked(1, CHILD)], [FAMILY], MORNING)

    assert both.outcomes == {"person-1": "verified_present", "person-2": "moved"}
    assert one.outcomes == {"person-1": "verified_present"}
    assert len(set(both.groups.values())) == 1, "the page cannot tell them apart, and neither may the report"


def test_behind_a_door_with_two_families_the_one_that_is_meant_answers() -> None:
    second = home(LODGER, ref="H2", door="refused")

    finding = visit([asked(1, LODGER)], [FAMILY, second], MORNING)

    assert (finding.result, finding.outcomes) == ("refused", {"person-1": "refused"})
    assert match([asked(1, LODGER)], [FAMILY, second])[0] is second


def test_outside_the_hours_somebody_is_in_nobody_opens_and_nobody_has_an_outcome() -> None:
    finding = visit([asked(1, FATHER)], [FAMILY], NIGHT)

    assert (finding.result, finding.outcomes) == ("not_home", {})


@pytest.mark.parametrize("door", ["unsafe", "postponed"])
def test_what_is_put_off_has_no_outcome(door: str) -> None:
    finding = visit([asked(1, FATHER)], [home(FATHER, door=door)], MORNING)

    assert (finding.result, finding.outcomes) == (door, {})


def test_strangers_get_one_of_two_outcomes_and_always_the_same() -> None:
    strangers = [Asked(f"person-{number}", "欧**", f"154****{number:04d}", "Visit") for number in range(200)]

    first, again = (visit(strangers, [FAMILY], MORNING) for _ in range(2))

    assert first.outcomes == again.outcomes
    assert set(first.outcomes.values()) == {"wrong_person", "verified_absent"}
    assert 30 < list(first.outcomes.values()).count("verified_absent") < 70
    assert set(first.groups.values()) == {STRANGER}


@pytest.mark.parametrize(("second", "result"), [(MORNING, "done"), (NIGHT, "not_home")])
def test_at_a_door_the_register_does_not_know_somebody_opens_in_the_day(second: int, result: str) -> None:
    assert visit([asked(1, FATHER)], [], second).result == result


def test_a_call_settles_only_what_the_form_offers_and_only_when_it_is_answered() -> None:
    moved = home(Member("R5", "孙**", "154****0005", "answered", "moved"))
    silent = home(Member("R5", "孙**", "154****0005", "rejected", "moved"))
    person = asked(1, moved.members[0])

    assert call(person, [moved], settled_by_phone=("moved",)) == ("answered", "moved", "H1 孙** 154****0005")
    assert call(person, [moved], settled_by_phone=("wrong_person",))[:2] == ("answered", "")
    assert call(person, [silent], settled_by_phone=("moved",))[:2] == ("hung_up", "")
    assert call(Asked("x", "欧**", "1", ""), [moved], settled_by_phone=("moved",)) == (
        "no_answer",
        "",
        STRANGER,
    )


def test_every_word_of_the_telephone_has_one_on_the_form() -> None:
    offered = set(RESULTS["phone"]) - {"skipped"}
    assert {CALL_WORDS.get(word, word) for word in PHONES} <= offered
