"""The history of figures and the page made from it."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import history, plots
from benchmarks.catalogue import MEMBERS
from benchmarks.figures import Figure, Goal, row
from benchmarks.page import drawings, page, write_page

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks"


def record(
    benchmark: str = "lists", at: str = "2026-03-01T08:00:00+00:00", middle: float = 2.0, **more
) -> dict:
    goal = Goal("P1", "11,044 rows ≤ 3 s", most=3, decisive=False)
    figure = Figure("one list", "11,044 rows", "s", [middle], "a night & a day", [40.0], goal=goal)
    return {
        "benchmark": benchmark, "at": at, "commit": "0123456789", "quick": False, "seconds": 12.5,
        "machine": {"cores": 2, "memory_gib": 24.0, "processor": "x", "system": "Linux", "load": 0.1},
        "versions": {"python": "3.11"}, "figures": [row(figure)], **more,
    }  # fmt: skip


# --- history --------------------------------------------------------------------------------------------------------


def test_what_was_added_is_read_back_and_earlier_lines_stay_as_they_were(tmp_path) -> None:
    path = tmp_path / "deep" / "history.jsonl"
    history.append(path, [record()])
    before = path.read_bytes()

    history.append(path, [record(at="2026-03-02T08:00:00+00:00"), record("map")])

    assert path.read_bytes().startswith(before)
    assert [one["benchmark"] for one in history.read(path)] == ["lists", "lists", "map"]
    assert history.read(tmp_path / "nothing.jsonl") == []


@pytest.mark.parametrize("line", ["{", '{"benchmark": "map"}', "[]", "3"])
def test_a_line_that_is_no_record_is_named(tmp_path, line) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(json.dumps(record()) + "\n" + line + "\n")

    with pytest.raises(ValueError, match=r"line 2 of history\.jsonl"):
        history.read(path)


def test_the_newest_record_counts_wherever_it_stands_and_a_course_runs_by_time() -> None:
    late, early = record(at="2026-03-09T08:00:00+00:00", middle=1.0), record(middle=2.0)

    assert history.latest([late, early])["lists"] is late
    assert history.course([late, early], "lists", "one list", "11,044 rows") == [
        ("0123456789", 2.0),
        ("0123456789", 1.0),
    ]
    assert history.course([late], "lists", "one list", "5 rows") == []


# --- page -----------------------------------------------------------------------------------------------------------


def test_every_benchmark_says_what_was_not_measured_even_before_its_first_run() -> None:
    told = page([])

    for member in MEMBERS:
        assert f"## {member.title} ({member.goals})" in told
        assert all(gap in told for gap in member.not_measured)
    assert told.count("No run is in the history yet.") == len(MEMBERS)


def test_the_page_tells_figure_yardstick_ratio_verdict_and_circumstances() -> None:
    told = page([record()])

    assert "| one list | 11,044 rows | 2 s | 2 … 2 | 1 | a night & a day | 40 s | 20× (20 … 20) |" in told
    assert "| P1: 11,044 rows ≤ 3 s | [lists](#lists-received-resolved-dispatched-p1-p12) |" in told
    assert "| 2 s | open |" in told
    assert "commit 0123456789" in told and "load at the start 0.1" in told
    assert "Others were busy" not in told


def test_many_figures_of_one_goal_are_told_by_their_worst_and_drawn_by_their_worst() -> None:
    many = record("pages")
    (figure,) = many["figures"]
    many["figures"] = [
        {**figure, "name": f"page {number}", "ours": {**figure["ours"], "median": float(number)},
         "goal": {**figure["goal"], "of": "value", "outcome": "missed" if number > 37 else "met"}}
        for number in range(40)
    ]  # fmt: skip

    overview = page([many]).split("## ")[0]

    assert overview.count("(#pages") == 1
    assert "40 figures; the worst: page 39, 11,044 rows | 39 s | met: 38, **missed**: 2 |" in overview
    drawn = drawings([many])["pages.svg"]
    assert "page 39" in drawn and "page 20" in drawn and "page 19" not in drawn
    assert "20 of 40 figures, the worst of each goal" in drawn


def test_a_busy_machine_is_admitted_and_a_refused_run_shows_its_words_and_no_figure() -> None:
    busy = record()
    busy["machine"]["load"] = 1.9
    refused = record("map", refused="Chromium is not installed.")
    del refused["figures"]

    told = page([busy, refused])

    assert "Others were busy" in told
    assert "Not measured on 2026-03-01: Chromium is not installed." in told
    assert "map.svg" not in told


def test_quick_runs_are_no_figures() -> None:
    assert page([record(quick=True)]) == page([])


def test_plots_are_sound_xml_and_one_appears_per_benchmark_and_a_course_from_the_second_run_on() -> None:
    first, second = record(), record(at="2026-03-02T08:00:00+00:00", middle=1.0)

    assert set(drawings([first])) == {"lists.svg"}
    drawn = drawings([first, second])
    assert set(drawn) == {"lists.svg", "lists-course.svg"}
    assert all(ET.fromstring(text).tag.endswith("svg") for text in drawn.values())
    assert "a night &amp; a day" in drawn["lists.svg"]


def test_a_bar_is_as_long_as_its_figure() -> None:
    root = ET.fromstring(plots.bars(record()["figures"], "lists"))
    widths = [float(bar.get("width")) for bar in root.iter() if bar.tag.endswith("rect") and bar.get("x")]

    assert widths[1] / widths[0] == pytest.approx(20, rel=0.01)


def test_plots_of_what_is_gone_are_removed(tmp_path) -> None:
    (tmp_path / "gone.svg").write_text("old")

    write_page(tmp_path, [record()])

    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "lists.svg"}


def test_the_committed_page_is_the_one_the_committed_history_gives() -> None:
    records = history.read(DOCS / "history.jsonl")

    assert (DOCS / "README.md").read_text(encoding="utf-8") == page(records)
    for name, text in drawings(records).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text
