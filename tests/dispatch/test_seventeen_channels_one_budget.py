"""S2: seventeen channels ask about one family, calls and visits are tried all day; nobody is asked more than twice."""

import pytest

from gridward.dispatch.models import Task
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of, moment, passes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ATTEMPTS_A_DAY = 2


def hours_tried(desk: Desk, task: Task, day: int) -> dict[int, list[str]]:
    """Try a call to each of the family and a visit in every hour of a day; return which were let through, by hour."""
    done: dict[int, list[str]] = {}
    for hour in range(24):
        tried = {
            "call the student": desk.call(STUDENT, "no_answer", at=moment(hour, 5, day=day)),
            "call the mother": desk.call(MOTHER, "busy", at=moment(hour, 20, day=day)),
            "visit": desk.visit(task, "not_home", at=moment(hour, 40, day=day)),
        }
        done[hour] = [what for what, outcome in tried.items() if code_of(outcome) == "ok"]
    return done


def test_seventeen_channels_and_every_kind_of_contact_never_exceed_two_attempts_a_day(desk: Desk) -> None:
    channels = [desk.channel(f"department-{number}") for number in range(17)]
    for number, channel in enumerate(channels):
        asked = (STUDENT, MOTHER) if number % 2 else (MOTHER,)
        desk.list_comes(channel, *asked, at=moment(10, number))
    task = desk.task()  # however many ask, the family has one

    by_day = {day: hours_tried(desk, task, day) for day in (2, 3, 4)}

    contacts = {day: sum(len(what) for what in hours.values()) for day, hours in by_day.items()}
    print(f"\n17 channels, 216 attempts tried in three days: {list(contacts.values())} made")
    assert contacts == dict.fromkeys((2, 3, 4), ATTEMPTS_A_DAY)
    assert not any(what for hours in by_day.values() for hour, what in hours.items() if not 9 <= hour < 20)
    # One attempt is one, whoever asked: seventeen answers are given by it.
    assert len({(kind, result) for kind, result, _why in passes(task) if kind != "desk"}) <= 4
