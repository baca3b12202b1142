"""`gridward simulate day` on the command line: what it is given, what it refuses, and its exit codes. No house runs."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from gridward.wiring.cli import simulate_day
from gridward.wiring.cli.demo_scale import Scale, scale_write
from gridward.wiring.cli.problems import DIFFERENT, CommandError
from gridward.wiring.model_city import PASSWORD
from simulator.play import Plan
from simulator.play.day import Day
from tests.simulator.play.test_day import FILES
from tests.wiring.forked import free_port

REPORT: dict[str, Any] = {
    "day": {"from": "00:00", "until": "24:00", "rate": 60.0}, "sent": 3, "accepted": 2,
    "refused": {"visit: contact_budget": 1}, "answers_lost": 0, "found_by_looking": 0, "sent_again_knowingly": 0,
    "waited_for_network": 0, "sign_ins": 1, "lists": 1, "rows": 20, "lists_refused": [], "visits": 1, "calls": 0,
    "released_by_hand": 0, "results": {"visit: done": 1}, "outcomes": {"moved": 1}, "outages_seconds": [1.5],
    "doors": [{"door": "POST /login", "answers": 1, "median_ms": 9, "p95_ms": 9, "longest_ms": 9}],
    "checks": [{"what": "rows come back", "compared": 20, "differences": []}], "differences": 0,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIDWARD_DATA", str(tmp_path / "data"))
    for name, text in FILES.items():
        path = tmp_path / "city" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "city"


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    simulate_day.register(parser.add_subparsers())
    return parser.parse_args(["day", *words])


def test_without_a_word_it_plays_the_demos_day_here_at_sixty_times(folder: Path) -> None:
    arguments = parsed()
    plan = simulate_day._plan(arguments, "http://127.0.0.1:8420/")

    assert (plan.url, plan.rate, plan.start, plan.until) == ("http://127.0.0.1:8420/", 60.0, 0, 86_400)
    assert (plan.accounts.intake, plan.accounts.centres, plan.accounts.password) == (
        "intake",
        ("street",),
        PASSWORD,
    )
    assert len(plan.accounts.liaisons) == 17
    assert not plan.releases


def test_the_workers_of_the_demos_street_play_where_its_centre_looks(folder: Path, tmp_path: Path) -> None:
    assert simulate_day._area(parsed()) == "320102003"
    assert simulate_day._area(parsed("--centre", "street", "another")) == ""
    assert simulate_day._area(parsed("--area", "320102003015")) == "320102003015"
    assert simulate_day._folder(tmp_path / "data") == tmp_path / "data" / "model-city" / "street"
    scale_write_in(tmp_path / "data")
    assert simulate_day._folder(tmp_path / "data") == tmp_path / "data" / "model-city" / "district"


def scale_write_in(data: Path) -> None:
    """Let a data directory hold the model district."""
    data.mkdir()
    scale_write(data, Scale("district", 3))


def test_everything_can_be_said_otherwise(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("another secret\n")

    plan = simulate_day._plan(
        parsed(
            *("--url", "http://127.0.0.1:9", "--rate", "600x", "--from", "07:30", "--until", "20:00"),
            *(
                "--centre",
                "a",
                "b",
                "--liaison",
                "--password-file",
                str(secret),
                "--release-now",
                "--hands",
                "2",
            ),
        ),
        "",
    )

    assert (plan.url, plan.rate, plan.start, plan.until) == ("http://127.0.0.1:9", 600.0, 27_000, 72_000)
    assert (plan.accounts.centres, plan.accounts.liaisons) == (("a", "b"), ())
    assert (plan.accounts.password, plan.releases, plan.hands) == ("another secret", True, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--rate", "fast"), "60x"), (("--from", "noon"), "08:30"), (("--until", "25:00"), "08:30")],
)
def test_what_cannot_be_read_is_refused_with_an_example(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed(*words)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("--from", "10:00", "--until", "09:00"), "day.short", 2),
        (("--files", "/nowhere"), "day.missing", 2),
        (("--url", "https://127.0.0.1"), "day.not_let_in", 3),
    ],
)
def test_a_day_that_cannot_be_played_says_why_before_it_begins(
    folder: Path, words: tuple[str, ...], code: str, exit_code: int
) -> None:
    with pytest.raises(CommandError) as refused:
        simulate_day.run(parsed("--files", str(folder), *words))

    assert (refused.value.code, refused.value.exit_code) == (code, exit_code)


def test_a_house_that_does_not_answer_is_no_day(folder: Path) -> None:
    with pytest.raises(CommandError, match="does not answer") as refused:
        simulate_day.run(parsed("--files", str(folder), "--url", f"http://127.0.0.1:{free_port()}"))

    assert (refused.value.code, refused.value.exit_code) == ("day.silent", 4)


@pytest.mark.parametrize(("differences", "exit_code"), [(0, 0), (2, DIFFERENT)])
def test_the_report_is_printed_and_kept_and_the_exit_code_says_whether_something_differs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    differences: int, exit_code: int,
) -> None:  # fmt: skip
    report = REPORT | {"differences": differences}
    days: list[Day] = []

    def played(day: Day, plan: Plan, *, say: object) -> dict[str, Any]:
        days.append(day)
        return report

    monkeypatch.setattr(simulate_day, "play", played)

    ended = simulate_day.run(
        parsed("--files", str(folder), "--report", str(tmp_path / "r.json"), "--area", "320102003002")
    )

    printed = capsys.readouterr().out
    assert ended == exit_code
    assert json.loads((tmp_path / "r.json").read_text()) == report
    assert "visit: contact_budget" in printed and f"differences: {differences}" in printed
    assert [duty.ref for duty in days[0].duties] == ["W2"]
