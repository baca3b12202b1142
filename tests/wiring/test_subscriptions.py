"""Who hears what: every listener is above the fact it hears, known by one name, and hears each fact once."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.intake.models import Clue
from gridward.kernel import outbox
from gridward.kernel.outbox import LISTENERS, Heard, fact_kinds
from gridward.wiring import settings as house_settings
from gridward.wiring import subscriptions
from gridward.wiring.subscriptions import ONE_AT_A_TIME, SUBSCRIPTIONS, subscribe_all
from tests import people
from tests.people import neighbour_across, returning_student, row_about, send_list

STAIRCASE = [*house_settings.ROOMS, "wiring"]


@pytest.mark.parametrize(
    ("kind", "name", "listener"), SUBSCRIPTIONS, ids=[name for _kind, name, _call in SUBSCRIPTIONS]
)
def test_facts_go_up_to_a_listener_of_the_room_that_gives_it_its_name(
    kind: str, name: str, listener: object
) -> None:
    room = listener.__module__.split(".")[1]  # type: ignore[attr-defined]  # a function of a room

    assert kind in fact_kinds()
    assert name.split(".")[0] == room
    assert STAIRCASE.index(kind.split(".")[0]) <= STAIRCASE.index(room)
    assert listener.__doc__


def test_a_listener_s_name_is_its_own_for_it_marks_what_was_delivered() -> None:
    names = [name for _kind, name, _listener in SUBSCRIPTIONS]

    assert len(set(names)) == len(names)
    assert set(names) >= ONE_AT_A_TIME


def test_every_fact_is_of_the_room_that_announces_it() -> None:
    for kind, fact in fact_kinds().items():
        room, _dot, word = kind.partition(".")
        assert fact.__module__ == f"gridward.{room}.events"
        assert word
        assert fact.__doc__


def test_subscribing_twice_is_subscribing_once() -> None:
    before = {kind: list(listeners) for kind, listeners in LISTENERS.items() if listeners}

    subscribe_all()
    subscribe_all()

    assert {kind: list(listeners) for kind, listeners in LISTENERS.items() if listeners} == before


def test_a_list_is_heard_by_every_listener_once_however_often_it_is_drained(
    street: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, int]] = []

    def note(name: str, listener: outbox.Listener) -> outbox.Listener:
        def noted(facts: Sequence[Heard], now: datetime) -> None:
            heard.extend((name, fact.id) for fact in facts)
            listener(facts, now)

        return noted

    noted = tuple((kind, name, note(name, listener)) for kind, name, listener in SUBSCRIPTIONS)
    monkeypatch.setattr(subscriptions, "SUBSCRIPTIONS", noted)
    subscribe_all()
    try:
        report = send_list(
            tmp_path, "health-list", [row_about(returning_student), row_about(neighbour_across)]
        )
        again = outbox.drain_all()
    finally:
        monkeypatch.undo()
        subscribe_all()

    assert sorted(name for name, _fact in heard) == ["dispatch.batch", "intake.resolve"]
    assert len(set(heard)) == len(heard)
    assert again == 0
    with people.as_owner():
        assert {clue.state for clue in Clue.objects.filter(batch_id=report.batch_id)} == {"dispatched"}
