"""What a list says of how good it was is what its rows say, after any history and whoever folds."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.intake.queries import counts_fold
from gridward.intake.reckoning import CLASSES, GROUPS, Period
from gridward.intake.rules import GIVEN_BACK, OUTCOME_WORDS
from gridward.kernel.actor import Actor
from tests import people
from tests.examples import examples
from tests.intake.test_answers_kept import clue, lists
from tests.intake.test_quality import RAISED

pytestmark = pytest.mark.django_db


def class_by_hand(one: Clue) -> str:
    """Return the class of a row as a person would say it."""
    if one.repeats:
        return f"{one.repeats}_repeat"
    if one.state != "closed":
        return "open"
    code = one.outcome_reason.split(",")[0]
    return RAISED.get(code if code in GIVEN_BACK else one.outcome, "out_of_scope")


CODES = ("", *RAISED, "data_wrong,corrected_phone", "=1+1")
HAPPENINGS = st.tuples(
    st.sampled_from(["comes", "is answered", "is corrected", "waits again", "is removed", "fold"]),
    st.integers(0, 2),
    st.sampled_from(CODES),
    st.sampled_from(["", "list", "channel"]),
)


def happen(what: str, batch_id: object, code: str, repeats: str) -> None:
    there = Clue.objects.filter(batch_id=batch_id)
    reason = "" if code in OUTCOME_WORDS else code
    if what == "comes":
        one = clue(Batch.objects.get(id=batch_id).id, "dispatched")
        one.repeats = repeats
        one.save(force_insert=True)
    elif what == "is answered":
        some = there.exclude(state="closed").values_list("id", flat=True)[:1]
        Clue.objects.filter(id__in=list(some)).update(
            state="closed", outcome="out_of_scope" if reason else code, outcome_reason=reason
        )
    elif what == "is corrected":
        there.filter(outcome_reason="data_wrong").update(outcome_reason="data_wrong,corrected_name")
    elif what == "waits again":
        there.filter(state="closed").update(state="waiting", outcome="", outcome_reason="")
    elif what == "is removed":
        there.filter(state="closed").delete()
    else:
        counts_fold()


def settled(batches: list[object]) -> dict[object, dict[str, int]]:
    """Let each list say of its rows what `resolve` would, and return the classes of the rows by hand."""
    found = {}
    for batch_id in batches:
        rows = list(Clue.objects.filter(batch_id=batch_id))
        repeats = [one.repeats for one in rows]
        Batch.objects.filter(id=batch_id).update(
            row_count=len(rows) + 2, accepted_count=len(rows), rejected_count=2, merged_count=len(rows),
            list_repeat_count=repeats.count("list"), channel_repeat_count=repeats.count("channel"),
        )  # fmt: skip
        found[batch_id] = {name: list(map(class_by_hand, rows)).count(name) for name in CLASSES} | {
            "rejected": 2
        }
    return found


@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(HAPPENINGS, max_size=14))
def test_after_any_history_each_row_stands_in_exactly_one_class(
    order: governance.OrderView, history: list[tuple[str, int, str, str]]
) -> None:
    with people.as_owner(), transaction.atomic():
        batches: list[object] = list(lists(order))
        for what, number, code, repeats in history:
            happen(what, batches[number], code, repeats)
        by_hand = settled(batches)
        city = Actor(id=None, handle="city", role="city_officer")
        found = {one.id: one.quality for one in intake.get_list_qualities(Period(), by=city)}
        assert {batch: dict(one.classes) for batch, one in found.items()} == by_hand
        for one in found.values():
            assert sum(one.classes.values()) == one.rows == sum(map(one.group, GROUPS))
        transaction.set_rollback(True)
