"""What the words of the walls do, tried on tables of our own as the real roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel import walls
from tests import people
from tests.examples import examples

pytestmark = pytest.mark.django_db

#: A signed scope, as a SECURITY DEFINER function of a room would derive it.
SIGN = "select kernel_scope_set(%s::int8multirange, %s, %s, %s)"
EVERYWHERE = "{[0,1000)}"


def run(sql: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def made(*statements: str) -> None:
    """Make a table of the test with these walls, as a migration does."""
    with people.as_owner():
        run("create table test_thing (id int primary key, area_pos bigint, agency_code text, note text)")
        run(
            "insert into test_thing values (1, 10, 'health', 'a'), (2, 20, 'police', 'b'), (3, null, null, 'c')"
        )
        for statement in statements:
            run(statement)


@contextmanager
def acting(role: str, ranges: str = "{}", *, agency: str = "") -> Iterator[None]:
    """Read and write as a role inside a signed scope."""
    with transaction.atomic():
        with people.as_owner():
            run(SIGN, ranges, "", agency, "")
        run(f"set local role {role}")
        yield
        run("set local role gridward_app")  # after an error the rollback does it
        run("select set_config('gridward.scope', '', true)")


def seen(role: str, ranges: str = "{}", *, agency: str = "") -> list[int]:
    with acting(role, ranges, agency=agency):
        return [number for (number,) in run("select id from test_thing order by id")]


def changed(role: str, statement: str, ranges: str = EVERYWHERE, *, agency: str = "") -> int:
    """How many rows a statement changes; -1 when the walls refuse it."""
    try:
        with transaction.atomic(), acting(role, ranges, agency=agency), connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount)
    except DatabaseError as error:
        if "permission denied" in str(error) or "row-level security" in str(error):
            return -1
        raise


GRANTED = walls.grant("test_thing", "select, insert, update, delete", walls.CENTRE, walls.WORKER)


def test_a_table_that_is_shut_shows_nothing_even_to_whoever_was_granted_everything() -> None:
    made(walls.shut("test_thing"), GRANTED)

    assert seen(walls.CENTRE, EVERYWHERE) == []
    assert changed(walls.CENTRE, "update test_thing set note = 'x'") == 0
    assert changed(walls.CENTRE, "insert into test_thing values (4, 10)") == -1


def test_a_table_without_a_grant_is_closed_to_every_role() -> None:
    made(walls.shut("test_thing"), walls.by_range("test_thing", *walls.EVERYONE))

    for role in walls.EVERYONE:
        assert changed(role, "select * from test_thing") == -1, role


@pytest.mark.parametrize(
    ("ranges", "ids"),
    [
        ("{}", []),
        ("{[10,11)}", [1]),
        ("{[0,10)}", []),
        ("{[11,20)}", []),
        ("{[10,21)}", [1, 2]),
        ("{[10,11),[20,21)}", [1, 2]),
        ("{(,)}", [1, 2]),
    ],
)
def test_a_range_shows_what_lies_in_it_without_its_end_and_never_what_lies_nowhere(
    ranges: str, ids: list[int]
) -> None:
    made(walls.shut("test_thing"), GRANTED, walls.by_range("test_thing", walls.CENTRE))

    assert seen(walls.CENTRE, ranges) == ids


@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(st.integers(0, 40) | st.none(), max_size=8),
    scope=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4),
)
def test_of_any_rows_exactly_those_are_seen_whose_place_is_in_the_scope(
    db: None, places: list[int | None], scope: list[tuple[int, int]]
) -> None:
    savepoint = transaction.savepoint()
    made(walls.shut("test_thing"), GRANTED, walls.by_range("test_thing", walls.CENTRE))
    with people.as_owner():
        run("delete from test_thing")
        for number, place in enumerate(places):
            run("insert into test_thing values (%s, %s)", number, place)
    ranges = "{" + ",".join(f"[{pos},{pos + length})" for pos, length in scope) + "}"

    found = seen(walls.CENTRE, ranges)

    inside = {at for pos, length in scope for at in range(pos, pos + length)}
    assert found == [number for number, place in enumerate(places) if place in inside]
    transaction.savepoint_rollback(savepoint)


def test_a_row_can_neither_be_written_nor_moved_out_of_the_range() -> None:
    made(walls.shut("test_thing"), GRANTED, walls.by_range("test_thing", walls.CENTRE))
    mine = "{[10,20)}"

    assert changed(walls.CENTRE, "insert into test_thing values (4, 19)", mine) == 1
    assert changed(walls.CENTRE, "insert into test_thing values (5, 20)", mine) == -1
    assert changed(walls.CENTRE, "insert into test_thing values (6, null)", mine) == -1
    assert changed(walls.CENTRE, "update test_thing set area_pos = 20 where id = 1", mine) == -1
    assert changed(walls.CENTRE, "update test_thing set area_pos = 11", mine) == 2
    assert changed(walls.CENTRE, "delete from test_thing where id = 2", mine) == 0


def test_a_policy_lets_through_the_roles_it_names_and_no_other() -> None:
    made(walls.shut("test_thing"), GRANTED, walls.by_range("test_thing", walls.CENTRE))

    assert seen(walls.CENTRE, EVERYWHERE) == [1, 2]
    assert seen(walls.WORKER, EVERYWHERE) == []


def test_another_column_may_hold_the_place() -> None:
    made(
        "alter table test_thing rename column area_pos to grid_pos", walls.shut("test_thing"), GRANTED,
        walls.by_range("test_thing", walls.WORKER, column="grid_pos"),
    )  # fmt: skip

    assert seen(walls.WORKER, "{[20,21)}") == [2]


@pytest.mark.parametrize(("agency", "ids"), [("health", [1]), ("police", [2]), ("", []), ("transport", [])])
def test_an_agency_sees_its_own_rows_wherever_they_are_and_changes_none(agency: str, ids: list[int]) -> None:
    made(
        walls.shut("test_thing"), walls.grant("test_thing", "select, update", walls.AGENCY),
        walls.by_agency("test_thing"),
    )  # fmt: skip

    assert seen(walls.AGENCY, agency=agency) == ids
    assert changed(walls.AGENCY, "update test_thing set note = 'x'", agency=agency) == 0


@pytest.mark.parametrize(
    ("command", "can"),
    [
        ("select", (2, 0, -1, 0)),
        ("insert", (0, 0, 1, 0)),
        ("update", (0, 0, -1, 0)),
        ("delete", (0, 0, -1, 0)),
        ("all", (2, 2, 1, 2)),
    ],
)
def test_a_policy_for_one_command_allows_that_one(command: str, can: tuple[int, int, int, int]) -> None:
    """PostgreSQL changes and deletes only what may be read as well, so `update` alone changes nothing."""
    made(
        walls.shut("test_thing"), GRANTED,
        walls.policy("test_thing", "places", "area_pos is not null", walls.CENTRE, command=command),
    )  # fmt: skip

    could = (
        len(seen(walls.CENTRE)),
        changed(walls.CENTRE, "update test_thing set note = 'x' where id > 0"),
        changed(walls.CENTRE, "insert into test_thing values (9, 9)"),
        changed(walls.CENTRE, "delete from test_thing where id > 0 and id < 9"),
    )

    assert could == can


@pytest.mark.parametrize("command", ["update", "insert"])
def test_beside_a_policy_for_reading_one_for_writing_checks_what_is_written(command: str) -> None:
    made(
        walls.shut("test_thing"), GRANTED,
        walls.policy("test_thing", "read", "true", walls.CENTRE, command="select"),
        walls.policy("test_thing", "write", "area_pos < 15", walls.CENTRE, command=command),
    )  # fmt: skip
    allowed, refused = {
        "update": ("update test_thing set note = 'x'", "update test_thing set area_pos = 15 where id = 1"),
        "insert": ("insert into test_thing values (8, 14)", "insert into test_thing values (9, 15)"),
    }[command]

    assert changed(walls.CENTRE, allowed) == 1
    assert changed(walls.CENTRE, refused) == -1


def test_a_grant_of_columns_opens_these_columns_alone() -> None:
    made(
        walls.shut("test_thing"), walls.by_range("test_thing", walls.WORKER),
        walls.grant("test_thing", "select, update", walls.WORKER, columns=("note", "area_pos")),
    )  # fmt: skip

    assert changed(walls.WORKER, "update test_thing set note = 'x' where area_pos = 10") == 1
    assert changed(walls.WORKER, "update test_thing set agency_code = 'x'") == -1
    assert changed(walls.WORKER, "select agency_code from test_thing") == -1
    assert changed(walls.WORKER, "insert into test_thing (note) values ('x')") == -1


def test_one_grant_may_name_several_tables_and_roles() -> None:
    made(
        "create table test_other (id int)",
        walls.grant("test_thing, test_other", "select", walls.AUDIT, walls.JOB),
    )

    for role in (walls.AUDIT, walls.JOB):
        for table in ("test_thing", "test_other"):
            assert changed(role, f"select * from {table}") >= 0
    assert changed(walls.APP, "select * from test_other") == -1


@pytest.mark.parametrize(
    "statement",
    [
        "update test_thing set note = 'x' where id = 1",
        "delete from test_thing where id = 1",
        "truncate test_thing",
        "insert into test_thing values (1, 1) on conflict (id) do update set note = 'x'",
        "merge into test_thing t using (select 1 as id) s on t.id = s.id when matched then delete",
    ],
)
def test_an_append_only_table_takes_nothing_back_even_for_its_owner(statement: str) -> None:
    made(walls.append_only("test_thing"))

    with people.as_owner():
        run("insert into test_thing values (4, 10)")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(statement)
        assert run("select count(*), min(note) from test_thing where id < 5") == [(4, "a")]


def test_a_change_that_meets_no_row_of_an_append_only_table_changes_nothing() -> None:
    made(walls.append_only("test_thing"))

    with people.as_owner():
        run("update test_thing set note = 'x' where id = 99")
        assert run("select count(*) from test_thing where note = 'x'") == [(0,)]


def test_walls_are_raised_in_the_order_given_and_stay_when_a_migration_is_taken_back() -> None:
    operation = walls.build(["create table test_wall (id int);", walls.shut("test_wall")])

    assert operation.sql.index("create table") < operation.sql.index("enable row level security")
    assert operation.reverse_sql == ""
    with people.as_owner():
        run(operation.sql)
        assert run("select relrowsecurity from pg_class where relname = 'test_wall'") == [(True,)]
