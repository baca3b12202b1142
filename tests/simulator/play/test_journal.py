"""The book: every send stands in it before it goes out, and tokens never do."""

import json
from pathlib import Path

import pytest

from simulator.play.journal import Journal


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_intent_is_on_disk_before_its_answer(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    journal = Journal(path)

    number = journal.intent(28_800, "worker-1", "visit", path="/today/1/visit", result="done")

    (intent,) = lines(path)
    assert (intent["n"], intent["is"], intent["result"]) == (number, "intent", "done")
    journal.accepted(number, "visit", 302)
    journal.close()
    assert [line["is"] for line in lines(path)] == ["intent", "accepted"]


def test_a_book_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    Journal(path).close()

    with pytest.raises(FileExistsError):
        Journal(path)


def test_every_ending_of_a_send_is_counted_apart() -> None:
    journal = Journal()
    for number in range(1, 5):
        assert journal.intent(0, "worker-1", "visit") == number
    journal.accepted(1, "visit", 302)
    journal.accepted(2, "visit", 0, found_by_looking=True)
    journal.refuse(3, "visit", 409, "contact_budget")
    journal.lost(4, "TimeoutError")

    assert journal.counts["sent"] == 4
    assert journal.counts["accepted"] == journal.counts["accepted visit"] == 2
    assert journal.counts["found by looking"] == 1
    assert journal.counts["answers lost"] == 1
    assert journal.refused == {"visit: contact_budget": 1}


def test_doors_are_counted_by_what_they_are_and_not_by_whom_they_are_about() -> None:
    journal = Journal()
    for task in ("01a21566-368b-7cbb-afcf-46b44bb9604f", "01a21566-3689-78ae-96a4-9a8072128947"):
        journal.door("POST", f"/today/{task}/visit?x=1", 0.5)

    assert dict(journal.doors) == {"POST /today/<id>/visit": [0.5, 0.5]}


def test_a_book_is_nobody_elses_to_read(tmp_path: Path) -> None:
    Journal(tmp_path / "day.jsonl").close()

    assert (tmp_path / "day.jsonl").stat().st_mode & 0o777 == 0o600
