"""Absences from the command line: a file of them, whole or not at all, and one by itself."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.workforce.models import Absence
from tests import people
from tests.dispatch.desk import (
    Desk,
)
from tests.wiring.commands import Run, runner

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()


@pytest.fixture
def officer(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", CITY.chengxianjie)


@pytest.fixture
def neighbour(actor_of: MakeActor) -> Actor:
    """The worker of the grid beside it."""
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def test_a_file_of_absences_is_entered_whole_or_not_at_all(
    desk: Desk, officer: Actor, neighbour: Actor, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "absences.csv"
    head = "账号,离岗开始,离岗结束,原因,代班"
    good = f"{desk.worker.handle},2099-03-01 08:00,2099-03-02 08:00,leave,{neighbour.handle}"
    bad = [f"{neighbour.handle},yesterday,2099-03-02 08:00,rest,", "nobody,2099-03-01,2099-03-02,rest,"]
    path.write_text("\n".join([head, good, *bad]) + "\n", encoding="utf-8")

    refused = run("workforce", "absences", path, "--as", officer.handle, "--json")

    assert refused.exit_code == 3 and refused.answer["entered"] == 0
    assert [one[2] for one in refused.answer["problems"]] == ["time_wrong", "worker_unknown"]
    with people.as_owner():
        assert Absence.objects.count() == 0

    path.write_text(f"{head}\n{good}\n", encoding="utf-8")
    assert run("workforce", "absences", path, "--as", officer.handle, "--json").answer["entered"] == 1
    with people.as_owner():
        assert Absence.objects.get().substitute_id == neighbour.id


def test_one_absence_by_command_and_who_is_on_duty_then(
    desk: Desk, officer: Actor, neighbour: Actor, run: Run
) -> None:
    until = (clock.now() + timedelta(hours=3)).isoformat()

    entered = run(
        "workforce", "absence", desk.worker.handle, "--until", until, "--as", officer.handle, "--json"
    )
    found = run("dispatch", "duty", "--as", officer.handle, "--json")

    assert entered.exit_code == 0, entered.err
    grid = next(one for one in found.answer["grids"] if one["grid"] == CITY.grid)
    assert (grid["state"], grid["on_duty"]) == ("cover", neighbour.handle)
    stranger = run("workforce", "absence", desk.worker.handle, "--until", until, "--as", neighbour.handle)
    assert stranger.exit_code == 3 and "[forbidden]" in stranger.err
