"""The lines of a long import: pace and remaining time are those of the step that runs, and of this start."""

from pathlib import Path

from gridward.wiring.cli.pace import Pace


def test_the_pace_is_that_of_this_step_and_this_start_and_lines_come_now_and_then(tmp_path: Path) -> None:
    lines: list[str] = []
    ticks = iter((0.0, 3.0, 4.0, 13.0, 14.0, 24.0))
    pace = Pace(lines.append, tmp_path, clock=lambda: next(ticks))

    pace("checking", 100, 1_000)
    pace("checking", 200, 1_000)
    pace("checking", 600, 1_000)
    pace("registering", 90_000, 1_000_000)
    pace("registering", 100_000, 1_000_000)

    checking, half, resumed = (line.split(";")[0] for line in lines)
    assert checking == "checking: 10 %, 100 of 1,000", "nothing is known of the pace yet"
    assert half == "checking: 60 %, 600 of 1,000, 50/s, 8 s left"
    assert resumed == "registering: 10 %, 100,000 of 1,000,000, 1,000/s, 15 min 0 s left", (
        "what an earlier start brought in is no pace"
    )
    assert "memory" in lines[0] and "disk" in lines[0]
