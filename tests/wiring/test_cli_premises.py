"""Premises by command: a street of the simulator's own file, and problems on a line each."""

from pathlib import Path

import pytest

from simulator.city.numbers import credit_codes
from tests import people
from tests.registry.test_premises import code, line, written
from tests.wiring.commands import Run, account, runner

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: As `simulator.city.text` writes it.
SIMULATED = (
    "premises_ref,name,kind,credit_code,phone,area_code,road,number,longitude,latitude,"
    "staff_count,daily_visitors"
)


@pytest.fixture
def run(city: people.City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands on a city without an order."""
    account("operator", "system_operator", "3201")
    account("street", "street_officer", "320102003")
    return runner(monkeypatch, capsys)


def test_what_the_simulator_writes_comes_in(run: Run, tmp_path: Path) -> None:
    lines = [
        f"P{place:06d},珠江路{place}号便利店,shop,{one},1540000{place:04d},{people.city().grid},珠江路,{place},118.7,32.0,3,40"
        for place, one in enumerate(credit_codes(20), start=1)
    ]
    path = written(tmp_path, *lines, head=SIMULATED)

    done = run("registry", "premises", path, "--json")
    again = run("registry", "premises", path, "--json")

    assert done.exit_code == 0 and (done.answer["rows"], done.answer["added"]) == (20, 20), done.err
    assert (again.answer["added"], again.answer["changed"], again.answer["unchanged"]) == (0, 0, 20)


def test_a_wrong_row_is_a_line_of_its_own(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, line(1), line(2, credit_code=code(2)[:-1]), line(3, kind="nothing"))

    ended = run("registry", "premises", path, "--json")

    assert ended.exit_code == 3 and ended.answer["added"] == 0
    assert "row 3, credit_code" in ended.err and "[code_length]" in ended.err
    assert "row 4, kind" in ended.err and "[premises_kind]" in ended.err


def test_only_who_may_import_imports(run: Run, tmp_path: Path) -> None:
    ended = run("registry", "premises", written(tmp_path, line(1)), "--as", "street")

    assert "[forbidden]" in ended.last and ended.exit_code != 0
