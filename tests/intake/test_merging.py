"""However the same rows come, in any order and any lists, the same people come out, and every row counts."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake.models import Clue
from gridward.intake.people import Asked, Joined, Known, Listed, Marks, join
from tests import people

# --- pure: what joining makes of lists ------------------------------------------------------------------------------

CHANNELS = ("health-list", "police-list", "transport-list")


@dataclass(frozen=True)
class Kept:
    """A row as an earlier list left it."""

    row: Asked
    count: str
    person: UUID | None


def count_of(joined: Joined) -> str:
    if joined.reason or not joined.is_placed:
        return "waiting"
    return "new" if joined.is_first else "merged"


def received(lists: Sequence[Sequence[Asked]]) -> list[list[Kept]]:
    """Return what becomes of lists that come one after the other, as the step `join` writes it."""
    known: list[Known] = []
    kept: list[list[Kept]] = []
    for rows in lists:
        persons: dict[int, UUID] = defaultdict(uuid4)
        answers = []
        for row, joined in zip(rows, join(Listed(rows), known), strict=True):
            count = count_of(joined)
            person = None
            if count != "waiting":
                person = joined.known.person_id if joined.known else persons[joined.group]
            answers.append(Kept(row, count, person))
        kept.append(answers)
        known += [
            Known(one.person, UUID(int=1), 1, one.row.resident_id, one.row.marks)
            for one in answers
            if one.person
        ]
    return kept


def truth_rows(chance: random.Random, count: int) -> list[tuple[int, Asked]]:
    """Return rows about known people, each with what ties it to them: (who, row). Nothing in them is wrong."""
    rows = []
    for _ in range(count):
        who = chance.randrange(6)
        if who < 3:
            marks = Marks(phone_name=f"phone {who}".encode()) if chance.random() < 0.5 else Marks()
            rows.append((who, Asked(UUID(int=who + 1), marks, is_placed=True)))
            continue
        number = f"id {who}".encode()
        phone = f"phone {who}".encode() if chance.random() < 0.5 else None
        door = f"door {who}".encode() if chance.random() < 0.5 else None
        rows.append((who, Asked(None, Marks(number, number + b"|surname", phone, door), is_placed=True)))
    return rows


def split(chance: random.Random, rows: Sequence[tuple[int, Asked]]) -> list[list[tuple[int, Asked]]]:
    lists: list[list[tuple[int, Asked]]] = [[] for _ in range(chance.randint(1, 4))]
    for row in rows:
        chance.choice(lists).append(row)
    return lists


@given(seed=st.integers(0, 2**32), count=st.integers(0, 14))
def test_any_order_and_any_split_of_the_same_rows_gives_the_same_people(seed: int, count: int) -> None:
    chance = random.Random(seed)
    rows = truth_rows(chance, count)
    chance.shuffle(rows)
    lists = split(chance, rows)

    kept = [one for answers in received([[row for _who, row in rows] for rows in lists]) for one in answers]

    who = [number for rows in lists for number, _row in rows]
    pairs = {(number, one.person) for number, one in zip(who, kept, strict=True)}
    assert len(pairs) == len(set(who)) == len({one.person for one in kept})
    counted = [one.count for one in kept]
    assert (counted.count("new"), counted.count("waiting")) == (len(set(who)), 0)


letters = st.sampled_from([None, b"A", b"B", b"C"])
surnames = st.sampled_from([b"wang", b"li"])
strangers = st.builds(
    lambda id, surname, phone, door, placed: Asked(
        None, Marks(id, id + surname if id else None, phone, door), placed
    ),
    letters, surnames, letters, letters, st.booleans(),
)  # fmt: skip
residents = st.builds(
    lambda who, id, phone: Asked(UUID(int=who), Marks(id, id and id + b"wang", phone), True),
    st.integers(1, 2), letters, letters,
)  # fmt: skip
everybody = st.lists(st.lists(st.one_of(strangers, residents), max_size=5), min_size=1, max_size=4)


@given(lists=everybody)
def test_whatever_comes_every_row_counts_once_and_every_person_is_new_once(lists: list[list[Asked]]) -> None:
    kept = received(lists)

    assert [len(answers) for answers in kept] == [len(rows) for rows in lists]
    rows = [one for answers in kept for one in answers]
    people_of = [one.person for one in rows if one.person]
    assert sum(one.count == "new" for one in rows) == len(set(people_of))
    assert all((one.person is None) == (one.count == "waiting") for one in rows)


@given(lists=everybody)
def test_whatever_comes_nobody_is_two_residents_two_numbers_or_two_surnames(lists: list[list[Asked]]) -> None:
    rows_of: dict[UUID, list[Asked]] = defaultdict(list)
    for answers in received(lists):
        for one in answers:
            if one.person:
                rows_of[one.person].append(one.row)

    for rows in rows_of.values():
        assert len({row.resident_id for row in rows}) == 1
        if rows[0].resident_id is None:
            assert len({row.marks.id for row in rows if row.marks.id}) <= 1
            assert len({row.marks.id_surname for row in rows if row.marks.id_surname}) <= 1


@given(lists=everybody)
def test_a_registered_person_never_waits_and_is_one_in_all_lists(lists: list[list[Asked]]) -> None:
    persons: dict[UUID, set[UUID | None]] = defaultdict(set)
    for answers in received(lists):
        for one in answers:
            if one.row.resident_id:
                assert one.count != "waiting"
                persons[one.row.resident_id].add(one.person)

    assert all(len(found) == 1 for found in persons.values())


@given(lists=everybody)
def test_lists_that_come_again_bring_nobody_new(lists: list[list[Asked]]) -> None:
    # A row that gives no key at all cannot be known again.
    lists = [[row for row in rows if row.resident_id or any(row.marks.all())] for rows in lists]
    once = received(lists)
    twice = received([*lists, *lists])[len(lists) :]

    for before, after in zip(once, twice, strict=True):
        for first, second in zip(before, after, strict=True):
            assert second.count != "new"
            assert first.row.resident_id is None or second.count == "merged"


# --- real: the same rows through files, channels and the database ---------------------------------------------------


def rows_about_the_street() -> list[tuple[str, str, str, str]]:
    """Return rows whose truth is plain: four registered people and two strangers, each in several spellings."""
    country = pack("cn")
    door = people.returning_student.address.replace("101室", "301室")
    first, second = (country.synthetic_id("320199", people.returning_student.born, n) for n in (8, 9))
    strangers = [
        ("赵大年", first, country.synthetic_phone(401), door),
        ("赵达年", first, "", ""),
        ("赵 大年", first, f"+86{country.synthetic_phone(401)}", ""),
        ("钱小燕", second, "", door),
        ("钱小燕", second, country.synthetic_phone(402), door),
    ]
    registered = [people.row_about(one, phone=phone) for one in people.EVERYBODY for phone in (True, False)]
    return [*registered, *strangers, ("赵无物", "", "", "")]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_same_rows_in_any_lists_are_the_same_people_and_households(
    seed: int, street: governance.OrderView, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    rows = rows_about_the_street()
    chance.shuffle(rows)
    cuts = sorted(chance.sample(range(1, len(rows)), 2)) if seed else []
    pieces = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]

    reports = [
        people.send_list(tmp_path, channel, piece) for channel, piece in zip(CHANNELS, pieces, strict=False)
    ]

    assert sum(report.rows for report in reports) == len(rows) == 14
    assert sum(report.rejected for report in reports) == 1
    with people.as_owner():
        clues = list(Clue.objects.all())
    placed = [clue for clue in clues if clue.person_id]
    # A row about a stranger may come before the list that says where: it waits then, and makes nobody of its own.
    assert len({clue.resident_id for clue in placed} - {None}) == 4
    assert len({clue.person_id for clue in placed}) == sum(report.new for report in reports) == 6
    assert len({clue.household_id for clue in placed}) == 4
    assert sum(report.merged + report.waiting for report in reports) == 13 - 6
    assert {clue.waiting_reason for clue in clues if not clue.person_id} <= {"no_address"}
