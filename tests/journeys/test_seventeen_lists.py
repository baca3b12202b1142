"""Seventeen departments' lists about one street, each in its own format and words, held against the truth."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridward.kernel import outbox
from simulator.lists import SHAPES
from tests.journeys import stage, test_three_lists
from tests.journeys.test_three_lists import Day

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_database")]

ROWS = test_three_lists.ROWS[17]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    agencies = {shape.channel: shape.agency for shape in SHAPES}
    _order, files = test_three_lists.founded(tmp_path, 5, agencies)
    with files["truth"].open(encoding="utf-8") as file:
        truth = {(row["channel"], int(row["row_number"])): row for row in csv.DictReader(file)}
    batches = {}
    for channel in agencies:
        batches[channel] = stage.receive_file(channel, files[channel])
        outbox.drain_all()
    yield Day(truth, batches, Counter(channel for channel, _row in truth))


def test_every_row_of_seventeen_lists_comes_to_what_is_true(day: Day) -> None:
    assert (len(day.batches), sum(day.rows_sent.values())) == (17, ROWS)
    test_three_lists.count_adds_up(day)
    test_three_lists.every_row_of_the_sheet_is_somewhere(day)
    test_three_lists.every_decision_is_right(day)
    test_three_lists.one_door_one_task(day)

    decided = sum(clue[2] != "waiting" for clue in test_three_lists.clues(day))
    tasks = stage.value("select count(*) from dispatch_task")
    print(
        f"\nseventeen lists: {ROWS} rows, {decided} decided, all right; {tasks} tasks, {decided - tasks} asks avoided"
    )
    assert decided > ROWS / 2
    assert decided - tasks > tasks  # most of what departments ask has been asked already
