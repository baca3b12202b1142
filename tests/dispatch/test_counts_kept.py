"""The counts a place keeps are those of its tasks: whatever happens to them, whoever folds, at whatever moment."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.dispatch.models import Task, TaskCount, Workload
from gridward.dispatch.rollups import counts_fold
from gridward.governance import api as governance
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import moment
from tests.examples import examples

NOW = moment(12)
CODES = ("320102003015001", "320102003015002", "320102003011001")


HANDS = (new_id(), new_id())


def task(order_id: UUID, place: int, *, closed: bool = False) -> Task:
    return Task(
        id=new_id(), order_id=order_id, household_id=new_id(), area_pos=people.city().pos(CODES[place]), priority="P2",
        state="closed" if closed else "open", opened_at=NOW, due_at=NOW + timedelta(hours=1), release_at=NOW,
        closed_at=NOW if closed else None,
    )  # fmt: skip


def kept() -> dict[tuple[UUID, int], tuple[int, int]]:
    """What the places say, without those that say nothing."""
    found: dict[tuple[UUID, int], tuple[int, int]] = {}
    for order_id, pos, opened, closed in TaskCount.objects.values_list(
        "order_id", "area_pos", "opened", "closed"
    ):
        before = found.get((order_id, pos), (0, 0))
        found[(order_id, pos)] = (before[0] + opened, before[1] + closed)
    return {place: numbers for place, numbers in found.items() if numbers != (0, 0)}


def counted() -> dict[tuple[UUID, int], tuple[int, int]]:
    """What the tasks say."""
    found: dict[tuple[UUID, int], tuple[int, int]] = {}
    for order_id, pos, state in Task.objects.values_list("order_id", "area_pos", "state"):
        before = found.get((order_id, pos), (0, 0))
        found[(order_id, pos)] = (before[0] + 1, before[1] + (state == "closed"))
    return found


def hands_kept() -> dict[tuple[UUID, int, UUID], int]:
    """What the places say of who has how many in the hand, without those that say nothing."""
    found: Counter[tuple[UUID, int, UUID]] = Counter()
    for one in Workload.objects.all():
        found[(one.order_id, one.area_pos, one.account_id)] += one.in_hand
    return {hand: held for hand, held in found.items() if held}


def hands_counted() -> dict[tuple[UUID, int, UUID], int]:
    """What the tasks say of it."""
    held = Task.objects.filter(state="open", released_at__isnull=False, assignee_id__isnull=False)
    return dict(Counter((one.order_id, one.area_pos, one.assignee_id) for one in held if one.assignee_id))


#: What may happen to tasks, many at once as lists do it or one by one as workers do.
HAPPENINGS = st.one_of(
    st.tuples(st.just("open"), st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=6)),
    st.tuples(st.just("close"), st.integers(1, 5)),
    st.tuples(st.just("reopen"), st.integers(1, 5)),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("order"), st.integers(1, 3)),
    st.tuples(st.just("release"), st.integers(1, 5)),
    st.tuples(st.just("give"), st.integers(1, 5)),
    st.tuples(st.just("give another"), st.integers(1, 3)),
    st.tuples(st.just("remove"), st.integers(1, 3)),
    st.tuples(st.just("broken off"), st.integers(1, 5)),
    st.tuples(st.just("fold"), st.just(0)),
)


def happen(what: str, given_: object, orders: list[UUID]) -> None:
    if what == "open":
        Task.objects.bulk_create([task(orders[0], place, closed=closed) for place, closed in given_])  # type: ignore[attr-defined]
        return
    if what == "fold":
        counts_fold()
        return
    chosen = Task.objects.order_by("id")
    some = list(chosen.values_list("id", flat=True)[: int(given_)]) if what != "move" else []  # type: ignore[call-overload]
    if what == "close":
        Task.objects.filter(id__in=some).update(state="closed", closed_at=NOW)
    elif what == "reopen":
        Task.objects.filter(id__in=some).update(state="open", closed_at=None)
    elif what == "move":
        there = CODES[int(given_)]  # type: ignore[call-overload]
        Task.objects.filter(area_pos=people.city().pos(CODES[0])).update(area_pos=people.city().pos(there))
    elif what == "order":
        Task.objects.filter(id__in=some).update(order_id=orders[1])
    elif what == "release":
        Task.objects.filter(id__in=some).update(released_at=NOW)
    elif what.startswith("give"):
        Task.objects.filter(id__in=some).update(assignee_id=HANDS[what == "give another"])
    elif what == "remove":
        Task.objects.filter(id__in=some).delete()
    else:
        with transaction.atomic():
            Task.objects.filter(id__in=some).update(state="closed")
            transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(HAPPENINGS, max_size=14))
def test_after_any_history_the_places_say_what_the_tasks_say(
    order: governance.OrderView, history: list[tuple[str, object]]
) -> None:
    orders = [order.id, new_id()]
    with people.as_owner(), transaction.atomic():
        for what, given_ in history:
            happen(what, given_, orders)
            assert kept() == counted() and hands_kept() == hands_counted(), what
        before = TaskCount.objects.count()
        counts_fold()
        assert kept() == counted() and hands_kept() == hands_counted()
        assert Workload.objects.count() == len(hands_counted()), "what comes to nothing goes"
        assert (
            TaskCount.objects.count()
            == len(set(TaskCount.objects.values_list("order_id", "area_pos")))
            <= before
        )
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_task_is_open_or_closed_and_nothing_else(order: governance.OrderView) -> None:
    with people.as_owner():
        with pytest.raises(IntegrityError, match="task_is_open_or_closed"), transaction.atomic():
            Task.objects.bulk_create([task(order.id, 0)])
            Task.objects.update(state="lost")
        assert kept() == counted() == {}


@pytest.mark.django_db
def test_nobody_writes_a_count_and_everybody_sees_those_of_his_own_places(
    order: governance.OrderView,
) -> None:
    with people.as_owner():
        Task.objects.bulk_create([task(order.id, place) for place in (0, 1, 2)])
    there = people.actor_of("community_officer", "320102003015")

    with people.acting(there):
        assert {pos for _order, pos in kept()} == {people.city().pos(code) for code in CODES[:2]}
        for attempt in (
            lambda: TaskCount.objects.update(opened=9),
            lambda: TaskCount.objects.all().delete(),
            lambda: TaskCount.objects.create(order_id=order.id, area_pos=1, opened=1, closed=0),
            lambda: Workload.objects.update(in_hand=9),
            lambda: Workload.objects.all().delete(),
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                attempt()


@pytest.mark.usefixtures("fresh_database")
def test_workers_close_and_others_fold_at_once_and_no_count_is_lost() -> None:
    with transaction.atomic():
        order = people.signed_order()
    with people.as_owner():
        tasks = [task(order.id, number % 3) for number in range(60)]
        Task.objects.bulk_create(tasks)
        Task.objects.update(released_at=NOW, assignee_id=HANDS[0])
    failures: list[BaseException] = []

    def close(mine: list[Task]) -> None:
        try:
            with people.as_owner():
                for one in mine:
                    Task.objects.filter(id=one.id).update(state="closed", closed_at=NOW)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    def fold() -> None:
        try:
            for _ in range(15):
                counts_fold()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=close, args=(tasks[start::3],)) for start in range(3)]
    threads += [threading.Thread(target=fold) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with people.as_owner():
        assert kept() == counted()
        assert sum(closed for _opened, closed in kept().values()) == 60
        counts_fold()
        assert kept() == counted() and TaskCount.objects.count() == 3
        assert hands_kept() == {} and Workload.objects.count() == 0


@pytest.mark.usefixtures("fresh_database")
def test_a_reader_in_the_middle_of_a_fold_sees_the_same_numbers() -> None:
    with transaction.atomic():
        order = people.signed_order()
    with people.as_owner():
        for place in (0, 0, 1, 1):
            Task.objects.bulk_create([task(order.id, place)])
        before = kept()

        with transaction.atomic():
            counts_fold()
            seen: list[object] = []

            def read() -> None:
                with people.as_owner():
                    seen.append(kept())
                connections.close_all()

            reader = threading.Thread(target=read)
            reader.start()
            reader.join()

        assert seen == [before] and kept() == before
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from dispatch_taskcount")
            assert cursor.fetchone() == (2,)
