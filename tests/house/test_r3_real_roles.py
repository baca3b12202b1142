"""
R3 behind the front door: as the real database roles, in the scope their session grants, with every filter of ours off.

What is asked is `select … from table` without a condition. Whatever comes back belongs to whoever asked.
"""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.kernel import scope
from gridward.kernel.actor import Actor
from gridward.workforce.rules import ROLES
from tests import people
from tests.house.test_walls import GROUP_ROLES, guarded_tables
from tests.house.world import BOUND, CHANNELS, CITY, WITHOUT_AREA, World, rows

pytestmark = pytest.mark.django_db

#: The stages bulk work goes through have no row-level security; they are the unlogged tables about people.
STAGES = "select relname from pg_class where relpersistence = 'u' and relkind = 'r' and relname ~ '^(intake|registry)_'"


def granted_columns(table: str) -> list[str]:
    """Return the columns of a table the present role may read."""
    return [
        name
        for (name,) in rows(
            "select quote_ident(attname) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and has_column_privilege(attrelid, attnum, 'select')",
            [table],
        )
    ]


def seen(table: str) -> list[tuple[object, ...]]:
    """Return every row of a table the present role is given, with all columns it may read."""
    columns = granted_columns(table)
    return rows(f"select {', '.join(columns)} from {table}") if columns else []


def everything(table: str) -> int:
    with people.as_owner():
        return int(rows(f"select count(*) from {table}")[0][0])


def refused(sql: str, params: list[object]) -> bool:
    """Tell whether a write was refused, or found nothing to write on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount == 0
    except DatabaseError as error:
        # 42501: no privilege, or the new row violates the policy.
        assert getattr(error.__cause__, "sqlstate", "") == "42501", error
        return True


def test_the_world_is_not_empty(world: World) -> None:
    full = {table for table in guarded_tables() if everything(table)}

    # Nobody of the tests came by a roster: profiles of workers are held in the test below.
    assert guarded_tables() - full <= {"workforce_workerprofile"}


@pytest.mark.parametrize("role", [*BOUND, *WITHOUT_AREA])
def test_a_select_without_a_condition_returns_nothing_foreign(world: World, role: str) -> None:
    # Nothing in this world lies in Qinhuai, next door, in the other community's range but one register entry,
    # or was sent by the transport department but its own list.
    own = {"intake_batch", "intake_clue", "intake_batchreject"} if role == "agency_liaison" else set()
    home = {CITY.pos("320102003011001")} if role == "community_officer" else set()
    with people.acting(world.outsiders[role]):
        for table in sorted(guarded_tables()):
            columns = granted_columns(table)
            found = seen(table)
            if table in own:
                assert {row[columns.index("agency_code")] for row in found} <= {"transport"}
            elif home and found:
                assert {row[columns.index("area_pos")] for row in found} == home, table
            else:
                assert found == [], table


def test_the_place_that_is_ones_own_is_seen_so_the_wall_is_not_a_blindfold(world: World) -> None:
    with people.acting(world.worker):
        assert {row[0] for row in rows("select area_pos from dispatch_task")} == {CITY.pos(CITY.grid)}
        assert len(rows("select id from registry_resident")) == 3


@pytest.mark.parametrize("agency", ["health", "police", "transport"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_department_reads_its_own_channel_and_no_other(world: World, agency: str, channel: str) -> None:
    batch = world.batches[channel]
    with people.acting(world.senders[agency]):
        clues = rows("select count(*) from intake_clue where batch_id = %s", [batch])[0][0]
        batches = rows("select count(*) from intake_batch where id = %s", [batch])[0][0]
        rejects = rows("select count(*) from intake_batchreject where batch_id = %s", [batch])[0][0]

    if channel.startswith(agency):
        assert (clues, batches) == (3 if agency == "health" else 1, 1)
        assert rejects == (1 if agency == "health" else 0)
    else:
        assert (clues, batches, rejects) == (0, 0, 0)


@pytest.mark.parametrize(
    "column", ["name_sealed", "id_number_sealed", "phone_sealed", "address_sealed", "id_key", "phone_key", "door_key",
               "data_key", "person_id", "resident_id", "household_id", "area_pos", "match_rule", "order_id"]
)  # fmt: skip
def test_a_department_has_no_right_to_anything_but_the_outcome(world: World, column: str) -> None:
    with people.acting(world.senders["health"]):
        assert column not in granted_columns("intake_clue")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows(f"select {column} from intake_clue")


@pytest.mark.parametrize("column", ["agency_code", "channel_id", "batch_id", "id_key", "phone_key", "door_key",
                                    "candidates", "match_rule", "waiting_reason", "outcome_reason"])  # fmt: skip
def test_a_worker_reads_no_column_of_a_clue_beyond_the_granted(world: World, column: str) -> None:
    with (
        people.acting(world.worker),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        rows(f"select {column} from intake_clue")


WRITES = {
    "dispatch_task": "update dispatch_task set state = 'closed'",
    "dispatch_tasksubject": "update dispatch_tasksubject set outcome = 'moved'",
    "intake_clue": "update intake_clue set outcome = 'moved'",
    "intake_batch": "update intake_batch set state = 'refused'",
    "registry_household": "update registry_household set kind = 'gone'",
    "registry_resident": "update registry_resident set resident_ref = ''",
    "governance_accessgrant": "update governance_accessgrant set ended_at = now()",
    "delete tasks": "delete from dispatch_task",
    "delete clues": "delete from intake_clue",
    "delete grants": "delete from governance_accessgrant",
    "delete residents": "delete from registry_resident",
}


@pytest.mark.parametrize("write", sorted(WRITES))
@pytest.mark.parametrize("role", [role for role in [*BOUND, *WITHOUT_AREA] if role != "community_officer"])
def test_nobody_writes_on_what_lies_elsewhere(world: World, role: str, write: str) -> None:
    with people.acting(world.outsiders[role]):
        assert refused(WRITES[write], [])


INSERTS = {
    "grant": "insert into governance_accessgrant (id, account_id, household_id, area_pos, purpose, basis_id, starts_at,"
    " ends_at) values (gen_random_uuid(), %(account)s, gen_random_uuid(), %(pos)s, 'case_finding', %(order)s, now(),"
    " now() + interval '1 day')",
    "batch": "insert into intake_batch (id, channel_id, agency_code, order_id, area_pos, content_hash, filename,"
    " format, state, received_by, received_at)"
    " values (gen_random_uuid(), 'health-list', 'health', %(order)s, %(pos)s, 'x', 'x', 'csv', 'received', 'x', now())",
    "household": "insert into registry_household (id, domain, order_id, data_key, area_pos, kind, created_at)"
    " values (gen_random_uuid(), 'order:x', %(order)s, gen_random_uuid(), %(pos)s, 'provisional', now())",
    "resident": "insert into registry_resident (id, household_id, domain, area_pos, name_sealed, created_at)"
    " select gen_random_uuid(), id, domain, %(pos)s, 'x', now() from registry_household",
    "task": "insert into dispatch_task (id, order_id, household_id, area_pos, priority, state, opened_at, due_at,"
    " release_at) values (gen_random_uuid(), %(order)s, gen_random_uuid(), %(pos)s, 'P1', 'open', now(), now(), now())",
    "pass": "insert into dispatch_passresult (id, subject_id, task_id, area_pos, pass_kind, result, by, at, evidence)"
    " values (gen_random_uuid(), gen_random_uuid(), %(task)s, %(pos)s, 'visit', 'done', 'x', now(), '{}')",
    "profile": "insert into workforce_workerprofile (account_id, area_pos, worker_ref, employment, data_key,"
    " name_sealed) values (%(account)s, %(pos)s, 'x', 'full_time', gen_random_uuid(), 'x')",
}


@pytest.mark.parametrize("insert", sorted(INSERTS))
@pytest.mark.parametrize("role", [*BOUND, *WITHOUT_AREA])
def test_nobody_adds_anything_elsewhere(world: World, role: str, insert: str) -> None:
    actor = world.outsiders[role]
    values = {
        "account": actor.id, "pos": CITY.pos(CITY.grid), "order": world.order.id, "task": world.task,
    }  # fmt: skip

    with people.acting(actor):
        assert refused(INSERTS[insert], values)  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", ["worker", "street_officer"])
def test_nobody_moves_what_is_his_own_to_another_place(world: World, actor: str) -> None:
    who = world.worker if actor == "worker" else people.actor_of("street_officer", CITY.xinjiekou)
    for table in ("dispatch_task", "dispatch_tasksubject", "governance_accessgrant", "intake_clue"):
        with people.acting(who):
            assert refused(f"update {table} set area_pos = %s", [CITY.pos(CITY.other_district_grid)]), table


def test_the_application_itself_reads_no_person_without_a_scope(world: World) -> None:
    for table in sorted(guarded_tables()):
        assert seen(table) == [], table
    for (table,) in rows(STAGES):
        assert granted_columns(table) == []


@pytest.mark.parametrize("role", [role for role in GROUP_ROLES if role != "gridward_job"])
def test_only_a_job_touches_the_stages(world: World, role: str) -> None:
    assert len(rows(STAGES)) >= 4
    for (table,) in rows(STAGES):
        for right in ("select", "insert", "update", "delete", "truncate"):
            assert rows("select has_table_privilege(%s, %s, %s)", [role, table, right]) == [(False,)]


def test_a_session_that_has_ended_opens_nothing(world: World) -> None:
    with people.as_owner():
        rows("update workforce_loginsession set ended_at = now() returning 1")

    assert rows("select workforce_enter(%s)", [world.worker.session_key]) == [(None,)]
    assert rows("select workforce_enter(%s)", ["invented"]) == [(None,)]


def test_a_job_enters_only_under_a_live_order_and_a_purpose_it_names(world: World) -> None:
    assert rows("select governance_enter_job(%s, 'case_finding')", [world.order.id]) == [("gridward_job",)]
    for order, purpose in ((world.order.id, "labour_record"), (world.task, "case_finding")):
        assert rows("select governance_enter_job(%s, %s)", [order, purpose]) == [(None,)]


# --- one connection that is used again and again, as the pool of a server does -------------------------------------


@pytest.fixture
def reused(world: World) -> psycopg.Connection[tuple[object, ...]]:
    """A real connection of the application's, outside of Django, in autocommit."""
    made = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True)
    made.execute("set role gridward_app")
    return made


def enter(reused: psycopg.Connection[tuple[object, ...]], actor: Actor) -> None:
    (role,) = reused.execute("select workforce_enter(%s)", [actor.session_key]).fetchone() or ("",)
    reused.execute(f"set local role {role}")


def count(reused: psycopg.Connection[tuple[object, ...]]) -> object:
    return (reused.execute("select count(*) from registry_resident").fetchone() or ("",))[0]


def test_a_scope_ends_with_its_transaction_on_a_connection_that_lives_on(
    world: World, reused: psycopg.Connection[tuple[object, ...]]
) -> None:
    with reused.transaction():
        enter(reused, world.worker)
        inside = count(reused)
        remembered = (reused.execute("select current_setting('gridward.scope')").fetchone() or ("",))[0]
    setting = reused.execute(
        "select current_setting('gridward.scope', true), current_setting('role')"
    ).fetchone()
    reused.execute("set role gridward_worker")
    afterwards = count(reused)
    with reused.transaction():
        reused.execute("select set_config('gridward.scope', %s, true)", [remembered])
        replayed = count(reused)
    reused.execute("select set_config('gridward.scope', %s, false)", [remembered])
    for_the_session = count(reused)
    reused.close()

    assert inside == 3
    # Not null but empty: whoever forgets NULLIF casts '' and fails, or worse, compares with it and passes.
    assert setting == ("", "gridward_app")
    assert (afterwards, replayed, for_the_session) == (0, 0, 0)


def test_the_next_transaction_of_somebody_else_sees_his_own(
    world: World, reused: psycopg.Connection[tuple[object, ...]]
) -> None:
    with reused.transaction():
        enter(reused, world.worker)
        assert count(reused) == 3
    with reused.transaction():
        enter(reused, world.outsiders["grid_worker"])
        assert count(reused) == 0
    reused.close()


SCOPE_ROLE = "select kernel_scope_role(), kernel_scope_account()"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_scope_says_in_which_role_the_account_works(world: World, role: str) -> None:
    actor = world.outsiders[role]
    with people.acting(actor):
        assert rows(SCOPE_ROLE) == [(role, actor.id)]
    assert rows(SCOPE_ROLE) == [(None, None)]


def test_a_job_works_in_no_role(world: World) -> None:
    with governance.job_scope(order_id=world.order.id, purpose="case_finding"):
        assert rows(SCOPE_ROLE) == [(None, None)]


def test_a_role_in_a_scope_cannot_be_exchanged_nor_a_scope_be_signed_by_whoever_works_in_it(
    world: World,
) -> None:
    auditor = world.outsiders["auditor"]
    with people.acting(auditor):
        (scope_text,) = rows("select current_setting('gridward.scope')")[0]
        exchanged = scope_text.replace("|auditor#", "|issuing_officer#")
        rows("select set_config('gridward.scope', %s, true)", [exchanged])
        assert exchanged != scope_text
        assert rows(SCOPE_ROLE) == [(None, None)]
        for call in ("'{}', '', '', '', 'issuing_officer'", "'{}', '', '', ''"):
            assert refused(f"select kernel_scope_set({call})", [])


@pytest.mark.parametrize("code", ["x||issuing_officer", "x|", "#", "x#y"])
def test_a_department_s_code_cannot_speak_for_a_role(code: str) -> None:
    with people.as_owner():
        for call in ("'{}', '', %s, ''", "'{}', '', %s, '', 'auditor'", "'{}', '', '', '', %s"):
            with pytest.raises(DatabaseError, match="separator"), transaction.atomic():
                rows(f"select kernel_scope_set({call})", [code])


def test_the_call_without_a_role_goes_on_and_grants_none(world: World) -> None:
    account = world.worker.id
    with people.as_owner():
        rows("select kernel_scope_set('{[1,5)}', %s, 'health', %s)", [str(account), str(world.order.id)])
        told = rows("select kernel_scope_ranges()::text, kernel_scope_account(), kernel_scope_agency(),"
                    " kernel_scope_basis(), kernel_scope_role()")  # fmt: skip

    assert told == [("{[1,5)}", account, "health", world.order.id, None)]


def test_a_scope_within_a_scope_ends_where_it_began(world: World) -> None:
    with people.acting(world.worker):
        with scope.entered("select workforce_enter(%s)", (world.outsiders["district_officer"].session_key,)):
            assert seen("registry_resident") == []
        assert rows("select count(*) from registry_resident") == [(3,)]
    assert seen("registry_resident") == []
