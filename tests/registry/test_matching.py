"""A key finds exactly the person it belongs to and never another: a population, and an oracle that reads it openly."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import bulk, clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry import matching, rules, stages
from gridward.registry.models import Household, Resident
from gridward.territory import api as territory
from tests import people
from tests.examples import examples
from tests.people import date
from tests.registry.town import CITY, Line, number, phone, reported, resident

pytestmark = pytest.mark.django_db

ROAD = "南京市玄武区新街口街道成贤街社区珠江路{}号1幢1单元101室"
#: Namesakes, homophones, a family that shares one telephone, a doubled document number, people without any key.
POPULATION = [
    Line("A1", "王小明", id_number=number(date(1990, 1, 1), 1), phone=phone(1), household_ref="A"),
    Line("A2", "王秀英", id_number=number(date(1965, 1, 1), 2), phone=phone(1), household_ref="A"),
    Line("A3", "李秀英", phone=phone(1), household_ref="A"),
    Line("B1", "王小明", id_number=number(date(1991, 1, 1), 3), phone=phone(2), household_ref="B"),
    Line("B2", "王晓明", phone=phone(3), household_ref="B"),
    Line("C1", "赵六", id_number=number(date(1950, 1, 1), 4), household_ref="C"),
    Line("C2", "赵六", id_number=number(date(1950, 1, 1), 4), phone=phone(4), household_ref="D"),
    Line("E1", "孙七", household_ref="E"),
    Line("E2", "孙七", household_ref="F"),
    Line("G1", "欧阳修", id_number="E12345678", phone=phone(5), household_ref="G"),
]
HOMES = sorted({line.household_ref for line in POPULATION})
LINES = [line.but(address=ROAD.format(100 + HOMES.index(line.household_ref))) for line in POPULATION]


@pytest.fixture
def town(order: governance.OrderView, tmp_path: Path) -> governance.OrderView:
    """Everybody of the population, each household behind a door of its own."""
    doors = tmp_path / "doors.csv"
    rows = [f"{CITY.grid},珠江路,{100 + place},,1,1,101,118.79,32.05" for place in range(len(HOMES))]
    head = "area_code,road,number,compound,building,unit,room,longitude,latitude"
    doors.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    with scope.as_role("gridward_job"):
        placed = territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=clock.now())
    assert not isinstance(placed, Refusal) and not placed.problems
    report = reported(tmp_path, order, LINES)
    assert (report.residents, report.doors_unknown) == (len(LINES), 0)
    return order


def sound(name: str) -> str:
    return pack("cn").read_names([name])[0].sound if name else ""


def asked(
    *, name: str = "", id_number: str = "", phone: str = "", door: int | None = None
) -> registry.PersonInput:
    return registry.PersonInput(id_number, phone, sound(name).partition(" ")[0], sound(name), door)


def matched(order: governance.OrderView, asked: Sequence[registry.PersonInput]) -> list[registry.Match]:
    keys = registry.match_keys(domain=order.domain, people=asked)
    numbers = count(1)
    rows = [registry.MatchRow(next(numbers), k, one.address_id) for k, one in zip(keys, asked, strict=True)]
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        return registry.match_people(domain=order.domain, rows=rows)


def doors() -> dict[str, int]:
    with people.as_owner():
        rows = Household.objects.values_list("household_ref", "address_id")
        return {ref: door for ref, door in rows if door is not None}


def refs() -> dict[object, str]:
    with people.as_owner():
        return dict(Resident.objects.values_list("id", "resident_ref"))


def test_everybody_who_can_be_told_apart_is_found_by_what_tells_them_apart(
    town: governance.OrderView,
) -> None:
    door = doors()
    stories = {
        "the document number with the name": (asked(name="王小明", id_number=LINES[0].id_number), "id", "A1"),
        "the number with a name that sounds alike": (asked(name="王晓明", id_number=LINES[3].id_number), "id", "B1"),
        "the telephone with the whole name": (asked(name="王小明", phone=phone(2)), "phone_name", "B1"),
        "a family's telephone with one of its names": (asked(name="李秀英", phone=phone(1)), "phone_name", "A3"),
        "a telephone and only the surname": (asked(name="欧阳", phone=phone(5)), "phone_surname", "G1"),
        "a name behind its door": (asked(name="孙七", door=door["E"]), "door_name", "E1"),
        "a foreign document": (asked(name="欧阳修", id_number="E12345678"), "id", "G1"),
        "a doubled number told apart by the door": (
            asked(name="赵六", id_number=LINES[5].id_number, door=door["D"]), "id", "C2"
        ),
        "a number that a family's telephone does not contradict": (
            asked(name="王秀英", id_number=LINES[1].id_number, phone=phone(1)), "id", "A2"
        ),
    }  # fmt: skip

    found = matched(town, [person for person, _rule, _ref in stories.values()])

    names = refs()
    got = {
        story: (match.rule, names.get(match.resident_id)) for story, match in zip(stories, found, strict=True)
    }
    assert got == {story: (rule, ref) for story, (_person, rule, ref) in stories.items()}
    for match in found:
        assert match.resident_id is not None
        home = resident(names[match.resident_id])
        assert (match.household_id, match.area_pos) == (home.household_id, home.area_pos)


def test_who_cannot_be_told_apart_goes_to_a_person_with_everybody_it_could_be(
    town: governance.OrderView,
) -> None:
    door = doors()
    stories = {
        "a doubled document number": (asked(name="赵六", id_number=LINES[5].id_number), "ambiguous", {"C1", "C2"}),
        "a shared telephone with a surname": (asked(name="王", phone=phone(1)), "ambiguous", {"A1", "A2"}),
        "a number whose holder is called otherwise": (
            asked(name="孙七", id_number=LINES[0].id_number), "name_disagrees", {"A1"}
        ),
        "somebody else behind a known door": (asked(name="周八", door=door["B"]), "name_not_at_door", {"B1", "B2"}),
        "a number of one home and a telephone of another": (
            asked(name="王小明", id_number=LINES[0].id_number, phone=phone(2)), "keys_disagree", {"A1", "B1"}
        ),
        "homophones behind one door": (asked(name="王小明", door=door["B"]), "ambiguous", {"B1", "B2"}),
        "a stranger": (asked(name="周八", phone=phone(99), id_number=number(date(1999, 9, 9), 9)), "", set()),
        "a name alone": (asked(name="王小明"), "", set()),
        "nothing at all": (asked(), "", set()),
    }  # fmt: skip

    found = matched(town, [person for person, _reason, _who in stories.values()])

    names = refs()
    assert {
        story: (match.reason, {names[one] for one in match.candidates})
        for story, match in zip(stories, found, strict=True)
    } == {story: (reason, who) for story, (_person, reason, who) in stories.items()}
    assert {match.resident_id for match in found} == {None}


names_asked = st.sampled_from(["", "王", *(line.name for line in LINES), "周八"])
numbers_asked = st.sampled_from(["", *(line.id_number for line in LINES), number(date(1999, 9, 9), 9)])
phones_asked = st.sampled_from(["", *(phone(n) for n in range(1, 6)), phone(99)])
homes_asked = st.sampled_from(["", *HOMES])


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(st.tuples(names_asked, numbers_asked, phones_asked, homes_asked), min_size=1, max_size=6),
    data=st.data(),
)
def test_whoever_is_found_agrees_with_what_was_asked_and_nobody_else_does(
    town: governance.OrderView, drawn: list[tuple[str, str, str, str]], data: st.DataObject
) -> None:
    door, names = doors(), refs()
    questions = [
        asked(name=name, id_number=id_number, phone=telephone, door=door.get(home))
        for name, id_number, telephone, home in drawn
    ]

    found = matched(town, questions)

    assert [match.row_number for match in found] == list(range(1, len(drawn) + 1))
    for match, question, (_name, _id, _phone, home) in zip(found, questions, drawn, strict=True):
        who = names.get(match.resident_id)
        agree = agreeing(question, home)
        if who:
            assert who in agree[match.rule], (question, match)
            assert not match.candidates
        elif any(len(people) == 1 for people in agree.values()) and not match.reason:
            raise AssertionError(f"somebody is known and was not found: {question} {agree}")
        elif not match.reason:
            assert not any(agree.values())
    order = data.draw(st.permutations(range(len(drawn))))
    again = matched(town, [questions[at] for at in order])
    assert [one.resident_id for one in again] == [found[at].resident_id for at in order], "rows do not mix"


def same_name(question: registry.PersonInput, line: Line) -> bool:
    return bool(question.name_sound) and question.name_sound == sound(line.name)


def same_surname(question: registry.PersonInput, line: Line) -> bool:
    return bool(question.surname_sound) and question.surname_sound == sound(line.name).partition(" ")[0]


def agreeing(question: registry.PersonInput, home: str) -> dict[str, set[str]]:
    """Return, for each rule, everybody whose open values agree with the question."""

    def who(agrees: Callable[[Line], bool]) -> set[str]:
        return {line.resident_ref for line in LINES if agrees(line)}

    has_id, has_phone = bool(question.id_number), bool(question.phone)
    return {
        "id": who(lambda one: has_id and question.id_number == one.id_number and same_surname(question, one)),
        "phone_name": who(lambda one: has_phone and question.phone == one.phone and same_name(question, one)),
        "phone_surname": who(
            lambda one: has_phone and question.phone == one.phone and same_surname(question, one)
        ),
        "door_name": who(lambda one: home == one.household_ref and same_name(question, one)),
    }


# --- the blind keys themselves ------------------------------------------------------------------------------------

values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(
    max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=values, other=values)
def test_two_values_have_one_key_exactly_when_they_are_one_value(
    order: governance.OrderView, one: str, other: str
) -> None:
    first, second, again = registry.match_keys(
        domain=order.domain,
        people=[registry.PersonInput(one, one, one, one), registry.PersonInput(other, other, other, other),
                registry.PersonInput(one, one, one, one)],
    )  # fmt: skip

    assert first == again
    for kind in ("id", "id_surname", "phone_surname", "phone_name"):
        assert (getattr(first, kind) == getattr(second, kind)) is (one == other), kind
    assert len({first.id, first.id_surname, first.phone_surname, first.phone_name}) == 4, "kinds do not meet"


MISSING = {
    "only a number": (registry.PersonInput(id_number="1"), {"id"}),
    "a number and a surname": (
        registry.PersonInput(id_number="1", surname_sound="wang"),
        {"id", "id_surname"},
    ),
    "only a telephone": (registry.PersonInput(phone="1"), set()),
    "a telephone and a surname": (registry.PersonInput(phone="1", surname_sound="wang"), {"phone_surname"}),
    "a telephone and a name": (registry.PersonInput(phone="1", name_sound="wang x"), {"phone_name"}),
    "only a name": (registry.PersonInput(surname_sound="wang", name_sound="wang x"), set()),
    "a door and a name": (registry.PersonInput(name_sound="wang x", address_id=7), {"door_name"}),
    "only a door": (registry.PersonInput(address_id=7), set()),
    "nothing": (registry.PersonInput(), set()),
}


@pytest.mark.parametrize("story", MISSING)
def test_what_is_missing_makes_no_key_and_meets_nobody(story: str, order: governance.OrderView) -> None:
    person, kinds = MISSING[story]

    (keys,) = registry.match_keys(domain=order.domain, people=[person])

    assert {kind for kind, value in keys._asdict().items() if value is not None} == kinds


def test_a_pair_is_not_confused_with_another_that_reads_the_same(order: governance.OrderView) -> None:
    split, shifted = registry.match_keys(
        domain=order.domain,
        people=[
            registry.PersonInput(phone="12", name_sound="3"),
            registry.PersonInput(phone="1", name_sound="23"),
        ],
    )

    assert split.phone_name != shifted.phone_name


def test_a_person_is_found_under_the_own_order_and_inside_its_area_only(
    town: governance.OrderView, tmp_path: Path
) -> None:
    elsewhere = people.signed_order(kind="flood", area=CITY.qinhuai)
    question = asked(name="王小明", id_number=LINES[0].id_number)
    (keys,) = registry.match_keys(domain=town.domain, people=[question])
    row = registry.MatchRow(1, keys, doors()["A"])

    assert matched(town, [question])[0].rule == "id"
    assert matched(elsewhere, [question])[0] == registry.Match(1)
    with governance.job_scope(order_id=elsewhere.id, purpose="case_finding"):
        assert registry.match_people(domain=town.domain, rows=[row]) == [registry.Match(1)], (
            "its scope ends before"
        )
        assert registry.match_people(domain=elsewhere.domain, rows=[row]) == [registry.Match(1)]
        assert registry.match_people(domain=town.domain, rows=[]) == []


def test_places_are_told_inside_the_scope_and_nowhere_else(town: governance.OrderView) -> None:
    one, home = resident("A1"), resident("A1").household
    inside, outside = (
        people.actor_of("street_officer", CITY.xinjiekou),
        people.actor_of("street_officer", "320104001"),
    )
    seen = {}
    for name, actor in (("inside", inside), ("outside", outside)):
        with people.acting(actor):
            seen[name] = (
                registry.get_resident_places([one.id]),
                registry.get_household_places([home.id]),
            )

    place = registry.ResidentPlace(one.id, home.id, home.area_pos, home.address_id)
    assert seen["inside"] == ({one.id: place}, {home.id: (home.area_pos, home.address_id)})
    assert seen["outside"] == ({}, {})


@given(
    st.sets(st.sampled_from(rules.RULES), min_size=1).flatmap(
        lambda kinds: st.tuples(st.just(kinds), st.booleans() if "id" in kinds else st.just(False))
    )
)
def test_one_person_under_every_key_is_decided_as_the_rules_decide(found: tuple[set[str], bool]) -> None:
    kinds, is_surname = found
    person = rules.Found(new_id(), new_id(), 7)
    hits = {kind: [person] for kind in kinds} | ({"id_surname": [person]} if is_surname else {})
    strongest = min(rules.RULES.index(kind) for kind in kinds)

    single = matching._single(5, strongest, person.resident_id, person.household_id, 7, is_surname)

    assert single == matching._match(5, rules.decide(hits))


def test_a_long_list_is_matched_like_a_short_one_and_leaves_nothing_behind(
    town: governance.OrderView,
) -> None:
    family = [asked(name=line.name, id_number=line.id_number, phone=line.phone) for line in LINES]
    many = family * (stages.LEAST_ANALYZED // len(family) + 1)

    short, long = matched(town, family), matched(town, many)

    assert [one._replace(row_number=0) for one in long] == [
        one._replace(row_number=0) for one in short * (len(many) // len(family))
    ]
    with people.as_owner():
        assert bulk.answers(Rows("select count(*) from registry_stagematch")) == [(0,)]


@pytest.mark.parametrize("role", ["gridward_app", "gridward_centre", "gridward_worker", "gridward_agency"])
def test_nobody_but_a_job_looks_into_the_stage_of_matching(role: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"set local role {role}")
        cursor.execute("select 1 from registry_stagematch")
