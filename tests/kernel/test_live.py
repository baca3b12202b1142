"""The bell says that something changed in a range, when it is true, and never what."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from gridward.kernel import live
from gridward.kernel.actor import Actor, Scope
from gridward.wiring.stream import Places, Screen
from tests.journeys.stage import second_connection

Other = psycopg.Connection[tuple[object, ...]]


@contextmanager
def listening() -> Iterator[Other]:
    """Another connection that hears the bell, as the stream server does."""
    with second_connection() as other:
        other.autocommit = True
        other.execute("listen gridward_live")
        yield other


def heard(ear: Other) -> list[dict[str, object]]:
    """What has arrived; a marker behind it tells that nothing more is under way."""
    ear.execute("select pg_notify('gridward_live', 'end')")
    found = []
    for notice in ear.notifies(timeout=10):
        if notice.payload == "end":
            return found
        found.append(json.loads(notice.payload))
    raise AssertionError("the marker did not come")


@pytest.mark.usefixtures("fresh_database")
def test_a_bell_rings_at_the_commit_once_and_not_before() -> None:
    with listening() as ear:
        with transaction.atomic():
            live.ring("task", pos=7)
            live.ring("task", pos=7)
            live.ring("batch", pos=10, end=20)
            early = heard(ear)

        late = heard(ear)

    assert early == []
    assert late == [{"topic": "task", "pos": 7, "end": 8}, {"topic": "batch", "pos": 10, "end": 20}]


@pytest.mark.usefixtures("fresh_database")
def test_what_was_rolled_back_rings_no_bell() -> None:
    with listening() as ear:
        with transaction.atomic():
            live.ring("order", pos=1)
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                live.ring("task", pos=1)
                _ = 1 / 0

        assert heard(ear) == [{"topic": "order", "pos": 1, "end": 2}]


POSITION = st.integers(0, 60)
RANGE = st.tuples(POSITION, st.integers(1, 9)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(RANGE, max_size=4), RANGE)
def test_a_screen_hears_exactly_the_ranges_that_meet_what_it_answers_for(
    scopes: list[tuple[int, int]], rung: tuple[int, int]
) -> None:
    mine = tuple(Scope(pos, end, "", "", "") for pos, end in scopes)
    screen = Screen(Actor(id=None, handle="o", role="o", scopes=mine))

    Places.of([screen]).ring("task", *rung)

    meets = any(set(range(*scope)) & set(range(*rung)) for scope in scopes)
    assert screen.waiting == ({"task"} if meets else set())
    assert screen.bell.is_set() is meets


def test_a_slow_screen_keeps_one_bell_a_topic() -> None:
    screen = Screen(Actor(id=None, handle="o", role="o", scopes=(Scope(0, 9, "", "", ""),)))

    places = Places.of([screen])

    for position in range(9):
        places.ring("task", position, position + 1)
        places.ring("order", position, position + 1)

    assert screen.waiting == {"task", "order"}
