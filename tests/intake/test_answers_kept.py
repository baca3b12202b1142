"""How many rows of a list are answered is what its rows say, after any history and whoever folds."""

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.intake.actions.channels import channel_create
from gridward.intake.models import AnswerCount, Batch, Clue, WaitCount
from gridward.intake.queries import count_answers, count_waiting, counts_fold
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ids import new_id
from gridward.workforce import api as workforce
from tests import people
from tests.examples import examples

pytestmark = pytest.mark.django_db

CODES = ("320102003015001", "320102003015002", "320102003011001")
STATES = ("waiting", "ready", "dispatched", "closed")


def lists(order: governance.OrderView) -> list[UUID]:
    """Two lists of one department and one of another."""
    made = []
    now = clock.now()
    for agency in ("agency-a", "agency-b"):
        workforce.agency_create(code=agency, name=agency, by=SYSTEM, now=now)
        channel_create(
            code=agency, agency_code=agency, name=agency, purpose="case_finding", clue_kind="returnee", priority="P3",
            by=SYSTEM, now=now,
        )  # fmt: skip
    for agency in ("agency-a", "agency-a", "agency-b"):
        batch = Batch(
            id=new_id(), channel_id=agency, agency_code=agency, order_id=order.id, area_pos=order.area_pos,
            content_hash=new_id().bytes, filename="list.csv", state="resolved", received_by="SYSTEM",
            received_at=now,
        )  # fmt: skip
        batch.save(force_insert=True)
        made.append(batch.id)
    return made


def clue(batch_id: UUID, state: str) -> Clue:
    batch = Batch.objects.get(id=batch_id)
    number = Clue.objects.filter(batch_id=batch_id).count() + 2
    return Clue(
        id=new_id(), batch_id=batch_id, channel_id=batch.channel_id, agency_code=batch.agency_code,
        order_id=batch.order_id, row_number=number, kind="returnee", purpose="case_finding", priority="P3",
        area_pos=batch.area_pos, count_state="merged", state=state, candidates=[], data_key=new_id(),
        received_at=clock.now(),
    )  # fmt: skip


def counted(batches: list[UUID]) -> dict[UUID, int]:
    """What the rows say."""
    numbers = {batch: Clue.objects.filter(batch_id=batch, state="closed").count() for batch in batches}
    return {batch: number for batch, number in numbers.items() if number}


def ranges(order: governance.OrderView) -> list[tuple[int, int]]:
    """The whole area of the order, and single places of it."""
    places = [people.city().pos(code) for code in CODES]
    return [(order.area_pos, order.area_end), *((pos, pos + 1) for pos in places)]


def everywhere(order: governance.OrderView) -> list[int]:
    return [count_waiting(pos=pos, end=end) for pos, end in ranges(order)]


def waits(order: governance.OrderView) -> list[int]:
    waiting = Clue.objects.filter(state="waiting")
    return [waiting.filter(area_pos__gte=pos, area_pos__lt=end).count() for pos, end in ranges(order)]


HAPPENINGS = st.one_of(
    st.tuples(st.just("come"), st.integers(0, 2), st.sampled_from(STATES)),
    st.tuples(st.just("go on"), st.integers(0, 2), st.sampled_from(STATES)),
    st.tuples(st.just("one goes on"), st.integers(0, 2), st.sampled_from(STATES)),
    st.tuples(st.just("are removed"), st.integers(0, 2), st.sampled_from(STATES)),
    st.tuples(st.just("broken off"), st.integers(0, 2), st.sampled_from(STATES)),
    st.tuples(st.just("are placed"), st.integers(0, 2), st.sampled_from(CODES)),
    st.tuples(st.just("fold"), st.just(0), st.just("")),
)


def happen(what: str, batch_id: UUID, state: str) -> None:
    there = Clue.objects.filter(batch_id=batch_id)
    if what == "come":
        clue(batch_id, state).save(force_insert=True)
    elif what == "go on":
        there.update(state=state)
    elif what == "one goes on":
        Clue.objects.filter(id__in=list(there.values_list("id", flat=True)[:1])).update(state=state)
    elif what == "are placed":
        there.update(area_pos=people.city().pos(state))
    elif what == "are removed":
        there.filter(state=state).delete()
    elif what == "broken off":
        with transaction.atomic():
            there.update(state=state)
            transaction.set_rollback(True)
    else:
        counts_fold()


@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(HAPPENINGS, max_size=14))
def test_after_any_history_a_list_says_what_its_rows_say(
    order: governance.OrderView, history: list[tuple[str, int, str]]
) -> None:
    with people.as_owner(), transaction.atomic():
        batches = lists(order)
        for what, number, state in history:
            happen(what, batches[number], state)
            assert count_answers(batches) == counted(batches), what
            assert everywhere(order) == waits(order), what
        counts_fold()
        assert count_answers(batches) == counted(batches) and everywhere(order) == waits(order)
        assert WaitCount.objects.count() == WaitCount.objects.values("area_pos").distinct().count()
        assert AnswerCount.objects.count() == AnswerCount.objects.values("batch_id").distinct().count()
        transaction.set_rollback(True)


def test_a_department_counts_the_answers_to_its_own_lists_only(order: governance.OrderView) -> None:
    with people.as_owner():
        batches = lists(order)
        for batch in batches:
            clue(batch, "closed").save(force_insert=True)
    liaison = people.actor_of("agency_liaison", agency="agency-b")

    with people.acting(liaison):
        assert count_answers(batches) == {batches[2]: 1}
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            AnswerCount.objects.update(answered=9)
