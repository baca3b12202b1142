"""The filled city: its numbers hang together, its statements are all there, and it is refused where it does not fit."""

import json
import re
import sys
from contextlib import nullcontext

import pytest

from benchmarks.house import measured, rows
from benchmarks.members import pages
from benchmarks.refusal import NotMeasured


def test_a_part_of_a_city_has_less_of_everything_over_the_same_days() -> None:
    whole, tenth = rows.Size(), rows.Size().part(10)

    assert (whole.people, whole.tasks, whole.days) == (4_500_000, 1_000_000, 30)
    assert (tenth.people, tenth.tasks, tenth.days) == (450_000, 100_000, 30)
    assert whole.households == 1_500_000 and whole.tasks <= whole.households, "one open task a household"
    assert tenth.disk_bytes() < whole.disk_bytes() < 40 * 2**30
    assert rows.tiny().words() == "9,000 people, 2,000 tasks, 30 days"


def test_every_section_has_statements_and_each_names_only_what_is_given() -> None:
    given = {*rows.values(rows.Size()), "order_id", "domain", "now", "day_start", "real"}

    for section, _tables in rows.FILLS:
        statements = rows.statements(section)
        assert statements, section
        assert set(re.findall(r"%\((\w+)\)s", "".join(statements))) <= given
    with pytest.raises(KeyError):
        rows.statements("nothing")


def test_what_a_process_saw_comes_back_and_what_it_refused_is_said(monkeypatch, tmp_path) -> None:
    program = tmp_path / "look.py"
    program.write_text(
        "import json, sys\n"
        "part, out = sys.argv[-2 - ('--boards' in sys.argv)], sys.argv[-1 - ('--boards' in sys.argv)]\n"
        "seen = {'refused': 'no room'} if part == '9' else {'size': part, 'boards': '--boards' in sys.argv}\n"
        "json.dump(seen, open(out, 'w')); sys.exit(3 if part == '9' else 1 if part == '8' else 0)\n"
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    assert measured.seen(3, boards=True) == {"size": "3", "boards": True}
    with pytest.raises(NotMeasured, match="no room"):
        measured.seen(9, boards=False)
    with pytest.raises(RuntimeError, match="1/8"):
        measured.seen(8, boards=False)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], {"boards": False, "pages": True, "phones": False}),
        (["--boards"], {"boards": True, "pages": True, "phones": False}),
        (["--boards", "--no-pages"], {"boards": True, "pages": False, "phones": False}),
        (["--phones", "--no-pages"], {"boards": False, "pages": False, "phones": True}),
    ],
)
def test_the_boards_or_the_phones_of_a_city_can_be_measured_alone(
    monkeypatch, tmp_path, words: list[str], asked: dict[str, bool]
) -> None:
    monkeypatch.setattr(measured, "own_house", nullcontext)
    monkeypatch.setattr(measured, "look", lambda size, **told: {"size": size.words(), **told})

    assert measured.main(["30", str(tmp_path / "seen.json"), *words]) == 0

    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen == {"size": rows.Size().part(30).words(), "quick": False, "turns": False, **asked}


TURNS = """
import json, sys
part, out = sys.argv[1:3]
print("filling")
if part == "9":
    json.dump({"refused": "no room"}, open(out, "w")); sys.exit(3)
print("answer: " + json.dumps(["/a", "/b"]), flush=True)
for line in sys.stdin:
    print("answer: " + json.dumps([[[float(part)]], [[0.5]], len(line.strip())]), flush=True)
json.dump({"size": part, "pages": {}, "boards": "--boards" in sys.argv}, open(out, "w"))
"""


def test_cities_stand_side_by_side_and_their_pages_are_visited_in_turn(monkeypatch, tmp_path) -> None:
    program, python = tmp_path / "look.py", tmp_path / "python"
    program.write_text(TURNS)
    python.write_text(f'#!/bin/sh\nshift 2\nexec {sys.executable} {program} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    small, large = measured.seen_in_turns((30, 10), lambda name, seen: name == "/b" and len(seen) == 2)

    assert (small["size"], small["boards"], large["size"], large["boards"]) == ("30", False, "10", True)
    assert small["pages"]["/a"] == ([[30.0]] * measured.ROUNDS, [[0.5]] * measured.ROUNDS, 2)
    # What is unclear is visited anew, and all rounds count.
    anew = measured.ROUNDS * (1 + measured.AGAIN)
    assert list(large["pages"]) == ["/a", "/b"] and large["pages"]["/b"][0] == [[10.0]] * anew
    with pytest.raises(NotMeasured, match="no room"):
        measured.seen_in_turns((30, 9), lambda _name, _seen: False)


def test_pages_and_boards_become_figures_and_growth_is_told_against_the_smallest(monkeypatch) -> None:
    def seen(part: int, *, boards: bool) -> dict[str, object]:
        blocks = [[0.010 * 30 / part] * 20] * 3
        watched = {"site": 0.05, "database": 0.02, "refreshes": 24.0, "p95": 0.04}
        floor = [[0.002] * 20] * 3
        seen_pages = {
            "/board": (blocks, floor, 5_000),
            "/page": (blocks, floor, 800),
            "/file": (blocks, floor, 30_000 // part),
        }
        return {"size": f"1/{part}", "pages": seen_pages,
                "boards": {"1,000 boards": watched} if boards else {}}  # fmt: skip

    monkeypatch.setattr(
        pages, "seen_in_turns", lambda parts, _unclear: [seen(one, boards=one == parts[-1]) for one in parts]
    )

    found = pages.measure(quick=False)

    names = [(figure.name, figure.size) for figure in found]
    assert ("/board p95", "1/10") in names and ("/board: growth", "3 times the rows") in names
    growth = [figure for figure in found if figure.name == "/board: growth"]
    assert [round(figure.ours[0], 2) for figure in growth] == [1.11, 1.0]
    told = {(figure.name, figure.size): round(figure.ours[0], 2) for figure in found}
    assert told["/page: growth", "10 times the rows"] == 10.0, "the same page may not take longer"
    assert told["/file: growth", "10 times the rows"] == 1.0, "ten times the rows may take ten times as long"
    assert told["/file: bytes answered", "10 times the rows"] == 10.0
    assert ("/board: bytes answered", "10 times the rows") not in told, "said only where it grows"
    assert sum(name.startswith("open boards") for name, _size in names) == 4
    stood = [{"/page": ([[of] * 4] * 3, [], 800)} for of in (0.010, 0.011, 0.0119)]
    assert not pages.is_unclear("/page", stood)
    assert pages.is_unclear("/page", [*stood[:2], {"/page": ([[0.0121] * 4] * 3, [], 800)}])
    assert json.dumps([figure.size for figure in found])
