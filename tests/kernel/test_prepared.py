"""Statements that a connection works out once: what they answer, as whom, and what is prepared of them."""

import pytest
from django.db import Error, connection, transaction

from gridward.kernel import prepared, scope
from tests.kernel.test_walls import made, run

WHO = "select current_user::text, %s::int + 1"
HELD = "select count(*) from pg_prepared_statements where statement like %s"


@pytest.mark.django_db
def test_rows_come_as_they_are_and_the_statement_is_worked_out_once() -> None:
    sql = "select n from generate_series(1, %s::int) n where n > %s::int /* once */"

    assert prepared.ask(sql, [3, 1]) == [(2,), (3,)]
    assert prepared.ask(sql, [4, 1]) == [(2,), (3,), (4,)]
    assert prepared.one(sql, [4, 2]) == (3,)
    assert prepared.one(sql, [1, 2]) is None
    assert run(HELD, "%/* once */%") == [(1,)]


@pytest.mark.django_db
def test_it_is_worked_out_anew_for_each_role_and_never_sees_more_than_the_role() -> None:
    made(
        "alter table test_thing enable row level security",
        "grant select on test_thing to gridward_centre, gridward_job",
        "create policy few on test_thing to gridward_centre using (id = 1)",
        "create policy most on test_thing to gridward_job using (id > 1)",
    )
    seen = []
    for role in ("gridward_centre", "gridward_job", "gridward_centre"):
        with transaction.atomic(), scope.as_role(role):
            seen.append(prepared.ask("select id from test_thing order by id"))

    assert seen == [[(1,)], [(2,), (3,)], [(1,)]]


@pytest.mark.django_db
def test_what_is_written_is_counted() -> None:
    made("grant select, update on test_thing to gridward_app")

    assert prepared.carry_out("update test_thing set note = %s where id > %s", ["x", 1]) == 2
    assert prepared.carry_out("update test_thing set note = %s where id > %s", ["x", 99]) == 0


@pytest.mark.django_db
def test_an_error_is_django_s_and_a_broken_transaction_takes_nothing_more() -> None:
    with pytest.raises(Error), transaction.atomic():
        prepared.ask("select 1 / %s::int", [0])
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        transaction.set_rollback(True)
        prepared.ask("select 1")

    assert prepared.one("select 1") == (1,)


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_found_out_before_it_is_used() -> None:
    line, other = connection.copy(), connection.copy()
    line.connect()
    other.connect()
    try:
        assert line.is_usable()
        other.connection.execute("reset role")
        other.connection.execute("select pg_terminate_backend(%s, 5000)", [line.connection.info.backend_pid])
        assert not line.is_usable()
        assert other.is_usable()
    finally:
        other.close()
        line.close()
    assert not line.is_usable()
