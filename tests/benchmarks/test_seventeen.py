"""The seventeen lists' benchmark: every list is sent through the channel it belongs to, and nobody outside is known."""

from pathlib import Path

import pytest

from benchmarks.members import seventeen
from simulator.lists import SHAPES


def truth(folder: Path, *rows: tuple[str, str]) -> Path:
    lines = [
        f"{channel},{number},R1,H1,320102003015001,resident,{file}"
        for number, (channel, file) in enumerate(rows, 2)
    ]
    head = "channel,row_number,resident_ref,household_ref,area_code,kind,file"
    (folder / "truth.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return folder


def test_each_list_is_sent_once_and_through_its_own_channel(tmp_path: Path) -> None:
    folder = truth(
        tmp_path, ("health", "b.csv"), ("health", "b.csv"), ("police", "a.json"), ("police", "c.json")
    )

    assert list(seventeen.lists(folder)) == [
        (tmp_path / "lists" / "a.json", "police"),
        (tmp_path / "lists" / "b.csv", "health"),
        (tmp_path / "lists" / "c.json", "police"),
    ]


@pytest.mark.parametrize(("true", "known"), [("R00000001", "R00000001"), ("outsider:7", "")])
def test_an_outsider_is_decided_rightly_when_the_register_knows_nobody(true: str, known: str) -> None:
    assert seventeen._registered(true) == known


def test_there_are_seventeen_departments_to_be_sent_for() -> None:
    assert len({shape.channel for shape in SHAPES}) == 17
