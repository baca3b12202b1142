"""What has risen: every board counts what lies with its own level, and the number opens what made it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.command import queries
from gridward.dispatch import api as dispatch
from gridward.dispatch.models import Escalation, Task
from gridward.governance import api as governance
from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from tests import people
from tests.command.desk import CITY, LEVELS, OFFICERS, Case, area, put
from tests.examples import examples

pytestmark = pytest.mark.django_db

#: Where each level's centre is, above one grid and above another of another district.
CENTRES = {
    "community": (CITY.chengxianjie,),
    "street": (CITY.xinjiekou,),
    "district": (CITY.xuanwu, CITY.qinhuai),
    "city": (CITY.city,),
}


@dataclass(frozen=True)
class Risen:
    """A task that lies, or lay, with the centre of a level."""

    level: str
    code: str
    state: str = "open"
    is_ours: bool = True


centres = [(level, code) for level, codes in CENTRES.items() for code in codes]
drawn_risen = st.builds(
    lambda centre, state, is_ours: Risen(centre[0], centre[1], state, is_ours),
    st.sampled_from(centres),
    st.sampled_from(["open", "open", "open", "extended", "returned", "ended"]),
    st.booleans() | st.just(True),
)


def rise(cases: list[Risen], order_id: UUID) -> None:
    """Write tasks that have risen, each at a grid under the centre it lies with."""
    now = clock.now()
    grids = {CITY.qinhuai: CITY.other_district_grid}
    with people.as_owner():
        known = set(Task.objects.values_list("id", flat=True))
    put([Case(grids.get(case.code, CITY.grid)) for case in cases], order_id=order_id, now=now)
    with people.as_owner():
        tasks = list(Task.objects.exclude(id__in=known).order_by("id"))
        by_place = {
            pos: [task for task in tasks if task.area_pos == pos] for pos in {t.area_pos for t in tasks}
        }
        for case in cases:
            task = by_place[CITY.pos(grids.get(case.code, CITY.grid))].pop()
            Escalation.objects.create(
                id=new_id(), task=task, run_id=new_id(), level=case.level, area_pos=CITY.pos(case.code),
                order_id=order_id if case.is_ours else new_id(), from_pos=task.area_pos, kind="late",
                state=case.state, raised_by="system", raised_at=now, next_at=now + timedelta(hours=1),
            )  # fmt: skip


def by_hand(cases: list[Risen]) -> Counter[str]:
    return Counter(case.code for case in cases if case.state == "open" and case.is_ours)


@settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(drawn_risen, max_size=15))
def test_a_board_counts_what_lies_with_its_own_level_and_no_other(
    order: OrderView, drawn: list[Risen]
) -> None:
    officer = people.actor_of("city_officer", CITY.city)
    with transaction.atomic():
        rise(drawn, order.id)
        with people.acting(officer):
            boards = {code: queries.get_board(area(code), now=clock.now()) for code in LEVELS.values()}
        transaction.set_rollback(True)

    told = by_hand(drawn)
    for code, board in boards.items():
        assert board.escalated == board.number("escalated") == told[code], code
        assert {child.area.code: child.number("escalated") for child in board.children} == {
            child.code: told[child.code] for child in territory.get_children(code)
        }
        assert board.number("open") == board.counts.open, "the other numbers are what they were"


def test_no_task_is_counted_at_two_levels(order: OrderView) -> None:
    rise([Risen(level, code) for level, code in centres for _ in range(2)], order.id)
    officer = people.actor_of("city_officer", CITY.city)

    with people.acting(officer):
        steps = dispatch.escalation_counts(
            order_ids=[order.id], places=[CITY.pos(code) for _level, code in centres]
        )
        counted = dict(dispatch.run(steps))

    assert counted == {CITY.pos(code): 2 for _level, code in centres}
    with people.as_owner():
        assert sum(counted.values()) == Task.objects.count()


@pytest.mark.parametrize("role", OFFICERS)
def test_each_level_sees_the_number_and_only_whom_it_lies_with_opens_the_list(
    role: str, order: OrderView
) -> None:
    rise([Risen(level, code) for level, code in centres for _ in range(3)], order.id)
    client = people.client_of(people.actor_of(role, OFFICERS[role]))

    page = client.get("/board").content.decode()

    assert 'href="/escalations"' in card_of(page) and shown(page) == "3"
    below = {
        "city_officer": CITY.xuanwu,
        "district_officer": CITY.xinjiekou,
        "street_officer": CITY.chengxianjie,
    }
    if role in below:
        page = client.get(f"/board?area={below[role]}").content.decode()
        assert f"/board/why/escalated?area={below[role]}" in page and 'href="/escalations"' not in card_of(
            page
        )


def card_of(page: str) -> str:
    """Return the card of what has risen, as a board draws it."""
    return page.split("Risen to this level")[0].rsplit("<a ", 1)[1]


def shown(page: str) -> str:
    """Return the number on the card of what has risen."""
    return (
        page.split("Risen to this level")[1]
        .split("gw-figure-value", 1)[1]
        .split(">", 1)[1]
        .split("<", 1)[0]
        .strip()
    )


@pytest.mark.parametrize(("role", "place"), [("supervisor", CITY.xuanwu), ("intake_officer", CITY.city)])
def test_who_decides_nothing_sees_the_number_with_its_steps(role: str, place: str, order: OrderView) -> None:
    rise([Risen("district", CITY.xuanwu), Risen("city", CITY.city)], order.id)
    client = people.client_of(people.actor_of(role, place))

    assert "/board/why/escalated" in card_of(client.get("/board").content.decode())
    page = client.get("/board/why/escalated").content.decode()
    assert "Risen to this level: 1" in page
    assert "to be decided there" in page and "a task lies with one at a time" in page
    assert "Not placed in one of them yet" not in page, "what lies above is no part of what lies below"


def test_why_shows_what_lies_with_each_area_below_beside_the_own_number(order: OrderView) -> None:
    rise([*[Risen("district", CITY.xuanwu)] * 3, Risen("street", CITY.xinjiekou)], order.id)
    client = people.client_of(people.actor_of("district_officer", CITY.xuanwu))

    page = client.get("/board/why/escalated").content.decode()
    below = client.get(f"/board/why/escalated?area={CITY.xinjiekou}").content.decode()

    assert "Risen to this level: 3" in page and f"area={CITY.xinjiekou}" in page
    assert "Risen to this level: 1" in below
    assert client.get(f"/board/why/escalated?area={CITY.qinhuai}").status_code == 404


def test_an_order_that_is_over_takes_what_has_risen_from_the_board(order: OrderView) -> None:
    rise([Risen("city", CITY.city)], order.id)
    officer, issuing = people.actor_of("city_officer", CITY.city), people.actor_of("issuing_officer")

    with people.acting(issuing):
        governance.order_end(order_id=order.id, reason="the drill is over", by=issuing, now=clock.now())
    with people.acting(officer):
        board = queries.get_board(area(CITY.city), now=clock.now())

    assert board.escalated == 0


def test_the_number_is_counted_from_the_index_of_what_is_open(order: OrderView) -> None:
    steps = dispatch.escalation_counts(order_ids=[order.id], places=[CITY.pos(CITY.city)])
    head = ", ".join(f"{step.name} as ({step.sql})" for step in steps)

    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            f"explain with {head} select * from escalated", [value for step in steps for value in step.params]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "escalation_open" in plan, plan
