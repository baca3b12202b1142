"""A register file may be checked before it is imported; what is known to be right is not checked again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry import importing
from gridward.registry.models import ImportRun, Resident
from tests import people
from tests.registry.test_register_renewed import FATHER, MOTHER
from tests.registry.town import CITY, Line, imported, number, phone, written

pytestmark = pytest.mark.django_db
RIGHT = [FATHER, MOTHER]


def checked(path: Path, order: governance.OrderView) -> registry.RegisterReport | Refusal:
    return registry.register_check(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )


def registered() -> int:
    with people.as_owner():
        return Resident.objects.count()


@pytest.fixture
def uncheckable(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let nobody check a file from now on."""

    def check(*_words: object) -> object:
        raise AssertionError("the file is checked a second time")

    return lambda: monkeypatch.setattr(importing, "check_file", check)


def test_what_was_checked_is_imported_right_away(
    order: governance.OrderView, tmp_path: Path, uncheckable: Callable[[], None]
) -> None:
    report = checked(written(tmp_path, RIGHT), order)

    assert isinstance(report, registry.RegisterReport)
    assert (report.rows, report.residents, list(report.problems)) == (2, 0, []) and registered() == 0
    uncheckable()
    done = imported(tmp_path, order, RIGHT)
    assert isinstance(done, registry.RegisterReport) and (done.residents, done.resumed_from) == (2, 0)
    assert registered() == 2
    assert list(ImportRun.objects.values_list("state", flat=True)) == ["done"]


def test_checking_again_checks_nothing_and_begins_nothing(
    order: governance.OrderView, tmp_path: Path, uncheckable: Callable[[], None]
) -> None:
    path = written(tmp_path, RIGHT)
    checked(path, order)
    uncheckable()

    assert checked(path, order) == registry.RegisterReport(rows=2)
    assert ImportRun.objects.count() == 1


def test_checking_what_is_imported_begins_nothing(order: governance.OrderView, tmp_path: Path) -> None:
    imported(tmp_path, order, RIGHT)

    report = checked(tmp_path / "register.csv", order)

    assert isinstance(report, registry.RegisterReport) and not report.problems
    assert list(ImportRun.objects.values_list("state", flat=True)) == ["done"]


def test_a_fault_is_named_and_nothing_is_remembered(order: governance.OrderView, tmp_path: Path) -> None:
    report = checked(written(tmp_path, [FATHER, MOTHER.but(household_ref="")]), order)

    assert isinstance(report, registry.RegisterReport)
    assert [(one.row, one.column, one.code) for one in report.problems] == [
        (3, "household_ref", "household_missing")
    ]
    assert not ImportRun.objects.exists() and registered() == 0


def test_other_content_is_checked(order: governance.OrderView, tmp_path: Path) -> None:
    checked(written(tmp_path, RIGHT), order)

    report = imported(tmp_path, order, [*RIGHT, FATHER])

    assert isinstance(report, registry.RegisterReport)
    assert [one.code for one in report.problems] == ["ref_twice"] and registered() == 0


def test_an_area_that_is_gone_since_stops_the_import_at_its_rows(
    order: governance.OrderView, tmp_path: Path
) -> None:
    stranger = Line(
        "R9",
        "赵六",
        "01",
        number(date(1970, 1, 1), 9),
        phone(9),
        area_code=CITY.next_grid,
        household_ref="H9",
    )
    checked(written(tmp_path, [*RIGHT, stranger]), order)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("delete from territory_area where code = %s", [CITY.next_grid])
        cursor.execute("update territory_treeversion set stamp = gen_random_uuid()::text")

    report = imported(tmp_path, order, [*RIGHT, stranger])

    assert isinstance(report, registry.RegisterReport)
    assert [(one.row, one.code) for one in report.problems] == [(4, "area_unknown")] and registered() == 0
    assert [(run.state, run.reason) for run in ImportRun.objects.all()] == [("stopped", "area_unknown")]


def test_without_an_order_nothing_is_checked(tmp_path: Path, order: governance.OrderView) -> None:
    path = written(tmp_path, RIGHT)

    refused = registry.register_check(
        path=path, filename=path.name, order_id=new_id(), by=SYSTEM, now=clock.now()
    )

    assert isinstance(refused, Refusal) and refused.code == "order_inactive"
