"""The indexes of the blind keys: dropped for the first load alone, and there again whatever becomes of it."""

from contextlib import suppress
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.tabular import TableChangedError
from gridward.registry import api as registry
from gridward.registry import lanes, stages
from gridward.wiring import jobs
from tests import people
from tests.registry.test_lanes import KEY_INDEXES, in_two_lanes, key_indexes, register
from tests.registry.test_register_resumed import population
from tests.registry.town import Line, written

__all__ = ["in_two_lanes"]


@pytest.mark.usefixtures("fresh_database")
def test_where_people_are_registered_a_load_waits_for_no_reader_of_their_keys(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    register(written(tmp_path, population(20)), order)

    with transaction.atomic(using="owner"), connections["owner"].cursor() as reader:
        reader.execute("select count(*) from registry_personkey")
        with transaction.atomic(), people.as_owner(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '1s'")
            cursor.execute("select registry_keys_unindex()")
            assert cursor.fetchone() == (False,)

    assert key_indexes() == KEY_INDEXES
    connections.close_all()


class LostError(Exception):
    """Whatever ends an import."""


@pytest.mark.usefixtures("in_two_lanes")
@pytest.mark.parametrize(
    "ending", [KeyboardInterrupt, LostError, lanes.LaneLostError, OperationalError, TableChangedError]
)
def test_an_import_that_is_broken_off_leaves_whom_it_brought_findable(
    ending: type[BaseException], tmp_path: Path
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = written(tmp_path, population(400))
    seen: list[set[str]] = []

    def breaks(step: str, done: int, _total: int) -> None:
        if step == "registering" and done > 100:
            seen.append(key_indexes())
            raise ending

    with suppress(ending):
        registry.register_import(
            path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now(), progress=breaks
        )

    assert (seen, key_indexes()) == ([set()], KEY_INDEXES)


@pytest.mark.usefixtures("in_two_lanes")
def test_an_import_that_finds_its_file_wrong_mends_what_a_killed_one_left(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    unindexed()

    report = register(written(tmp_path, [*population(10), Line("R-wrong", name="")]), order)

    assert [problem.code for problem in report.problems] == ["name_missing"]
    assert key_indexes() == KEY_INDEXES


@pytest.mark.usefixtures("fresh_database")
def test_the_worker_builds_the_indexes_that_a_killed_import_left_missing_when_no_import_runs() -> None:
    unindexed()

    with connections["owner"].cursor() as elsewhere:
        elsewhere.execute("select pg_advisory_lock(%s)", [stages.LOCK])
        jobs.index_keys(timestamp=1)
        while_one_runs = key_indexes()
        elsewhere.execute("select pg_advisory_unlock(%s)", [stages.LOCK])
    jobs.index_keys(timestamp=2)

    assert (while_one_runs, key_indexes()) == (set(), KEY_INDEXES)
    assert registry.key_indexes_mend() is False, "there is nothing left to do"
    connections.close_all()


def unindexed() -> None:
    """Leave the register as an import leaves it that was killed in its first load."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select registry_keys_unindex()")
    assert key_indexes() == set()


@pytest.mark.usefixtures("fresh_database")
def test_the_indexes_of_the_keys_go_only_while_nobody_is_registered_and_it_can_be_told() -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select registry_keys_missing()")
        before = cursor.fetchone()
        cursor.execute("select registry_keys_unindex()")
        dropped = cursor.fetchone()
        cursor.execute("select registry_keys_missing()")
        after = cursor.fetchone()

    assert (before, dropped, after) == ((False,), (True,), (True,))
    assert key_indexes() == set()
    connections.close_all()
