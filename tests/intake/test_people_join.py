"""Rows about one person become one person; whatever could be two, or somebody registered, waits."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.intake import people
from gridward.intake.people import Asked, Joined, Known, Listed, Marks, tied

REGISTERED = UUID(int=1)
NEIGHBOUR = UUID(int=2)
STRANGER = UUID(int=901)
OTHER_STRANGER = UUID(int=902)


def join(
    rows: Sequence[Asked], earlier: Sequence[Known], known: Mapping[UUID, Known] = people.NOBODY
) -> list[Joined]:
    return people.join(Listed(rows), earlier, known)


def unknown(
    id: str = "", phone: str = "", door: str = "", *, surname: str = "wang", placed: bool = True
) -> Asked:
    return Asked(None, marks(id, phone, door, surname=surname), placed)


def marks(id: str = "", phone: str = "", door: str = "", *, surname: str = "wang") -> Marks:
    return Marks(
        id.encode() or None,
        f"{id}|{surname}".encode() if id else None,
        phone.encode() or None,
        door.encode() or None,
    )


def resident(who: UUID = REGISTERED, **keys: str) -> Asked:
    return Asked(who, marks(**keys), True)


def earlier(person: UUID = STRANGER, *, known: UUID | None = None, **keys: str) -> Known:
    return Known(person, UUID(int=500), 42, known, marks(**keys))


def test_the_first_row_about_a_registered_person_is_new_and_the_next_is_merged() -> None:
    first, neighbour, again = join([resident(), resident(NEIGHBOUR), resident()], [])

    assert (first.is_first, neighbour.is_first, again.is_first) == (True, True, False)
    assert first.group == again.group != neighbour.group


def test_a_registered_person_asked_about_in_an_earlier_list_is_merged() -> None:
    before = earlier(known=REGISTERED)

    (row,) = join([resident()], [before])

    assert (row.is_first, row.known) == (False, before)


def test_unknown_rows_with_one_document_number_are_one_person() -> None:
    first, second = join([unknown(id="A"), unknown(id="A", phone="p")], [])

    assert first.group == second.group
    assert (first.is_first, second.is_first) == (True, False)


def test_a_chain_of_keys_is_one_person_whatever_stands_first() -> None:
    rows = [unknown(id="A"), unknown(phone="p"), unknown(id="A", phone="p")]

    assert len({row.group for row in join(rows, [])}) == 1


def test_people_without_a_common_key_are_strangers() -> None:
    rows = join([unknown(id="A", phone="p"), unknown(id="B", phone="q"), unknown(door="d")], [])

    assert len({row.group for row in rows}) == 3


def test_an_unknown_row_joins_the_person_of_an_earlier_list() -> None:
    before = earlier(id="A")

    (row,) = join([unknown(id="A", placed=False)], [before])

    assert (row.known, row.is_first, row.is_placed, row.reason) == (before, False, True, "")


def test_a_row_without_a_place_takes_that_of_another_row_about_the_same_person() -> None:
    rows = join([unknown(id="A", placed=False), unknown(id="A")], [])

    assert [row.is_placed for row in rows] == [True, True]


def test_rows_nobody_can_place_are_not_placed_by_being_two() -> None:
    rows = join([unknown(id="A", placed=False), unknown(id="A", placed=False)], [])

    assert [row.is_placed for row in rows] == [False, False]


SPEAKS_AGAINST = {
    "one number under two surnames": (
        [unknown(id="A"), unknown(id="A", surname="li")], [], "name_disagrees", ()
    ),
    "one number under another surname than before": (
        [unknown(id="A", surname="li")], [earlier(id="A")], "name_disagrees", ()
    ),
    "one telephone and name under two numbers": (
        [unknown(id="A", phone="p"), unknown(id="B", phone="p")], [], "keys_disagree", ()
    ),
    "the number says one person and the telephone another": (
        [unknown(id="A", phone="q")],
        [earlier(STRANGER, id="A"), earlier(OTHER_STRANGER, phone="q")],
        "keys_disagree",
        (),
    ),
    "a telephone that a list gave for somebody registered": (
        [unknown(phone="p")], [earlier(known=REGISTERED, phone="p")], "ambiguous", (REGISTERED,)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPEAKS_AGAINST)
def test_what_speaks_against_one_person_waits_with_its_candidates(name: str) -> None:
    rows, before, reason, candidates = SPEAKS_AGAINST[name]

    assert [(row.reason, row.candidates) for row in join(rows, before)] == [(reason, candidates)] * len(rows)


def test_a_doubtful_row_does_not_hold_up_the_registered_one_it_resembles() -> None:
    sure, doubtful = join([resident(phone="p"), unknown(phone="p")], [])

    assert (sure.reason, sure.is_first) == ("", True)
    assert (doubtful.reason, doubtful.candidates) == ("ambiguous", (REGISTERED,))


letters = st.sampled_from(["", "A", "B", "C"])
asked = st.one_of(
    st.builds(
        lambda id, phone, door, surname, placed: unknown(id, phone, door, surname=surname, placed=placed),
        letters, letters, letters, st.sampled_from(["wang", "li"]), st.booleans(),
    ),
    st.builds(
        lambda who, id, phone: resident(who, id=id, phone=phone),
        st.sampled_from([REGISTERED, NEIGHBOUR]), letters, letters,
    ),
)  # fmt: skip
before = st.builds(
    lambda person, known, id, phone: earlier(person, known=known, id=id, phone=phone),
    st.sampled_from([STRANGER, OTHER_STRANGER]), st.sampled_from([None, None, REGISTERED]), letters, letters,
)  # fmt: skip


@given(st.lists(asked, max_size=8), st.lists(before, max_size=3))
def test_every_person_is_new_once_at_most(rows: list[Asked], known: list[Known]) -> None:
    joined = [row for row in join(rows, known) if not row.reason]

    for group in {row.group for row in joined}:
        members = [row for row in joined if row.group == group]
        assert sum(row.is_first for row in members) == (0 if members[0].known else 1)
        assert len({row.known.person_id for row in members if row.known}) <= 1


@given(st.lists(asked, max_size=6), st.lists(before, max_size=2), st.randoms())
def test_the_order_of_the_rows_changes_nobody(rows: list[Asked], known: list[Known], order: object) -> None:
    places = list(range(len(rows)))
    order.shuffle(places)  # type: ignore[attr-defined]

    straight = join(rows, known)
    mixed = join([rows[place] for place in places], known)

    assert pairs(straight, list(range(len(rows)))) == pairs(mixed, places)


def pairs(joined: list[Joined], places: list[int]) -> set[tuple[int, int, str]]:
    """Return which rows are together, under their own numbers, and why they wait."""
    rows = [(places[i], row._replace(is_first=False)) for i, row in enumerate(joined)]
    return {(a, b, one.reason) for a, one in rows for b, other in rows if one.group == other.group}


@given(st.lists(asked, max_size=8), st.lists(before, max_size=3))
def test_two_document_numbers_are_never_one_person(rows: list[Asked], known: list[Known]) -> None:
    groups: dict[object, set[bytes]] = {}
    for row, joined in zip(rows, join(rows, known), strict=True):
        if row.resident_id is None and row.marks.id and not joined.reason:
            groups.setdefault(joined.group, set()).add(row.marks.id)

    assert all(len(numbers) == 1 for numbers in groups.values())


#: What an order has kept: a person of earlier lists is either registered or unknown, and stays so.
kept = st.builds(
    lambda who, id, phone: earlier(who[0], known=who[1], id=id, phone=phone),
    st.sampled_from([(STRANGER, None), (OTHER_STRANGER, None), (UUID(int=903), REGISTERED)]), letters, letters,
)  # fmt: skip


@given(st.lists(asked, max_size=8), st.lists(kept, max_size=4))
def test_the_earlier_clues_that_hang_together_with_nobody_unknown_need_no_keys(
    rows: list[Asked], known: list[Known]
) -> None:
    needed = [known[node - len(rows)] for node in tied(Listed(rows), known) if node >= len(rows)]
    first = {one.resident_id: one for one in reversed(known) if one.resident_id}

    assert join(rows, needed, first) == join(rows, known)
