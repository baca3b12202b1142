"""The walls as PostgreSQL sees them: row-level security, roles that own nothing, sealed columns with a purpose."""

import pytest
from django.apps import apps
from django.db import connection

from gridward.governance.api import PURPOSES
from gridward.kernel.sealing import PERSONAL_COLUMNS
from tests import people
from tests.house.rooms import STEP

GROUP_ROLES = (
    "gridward_app", "gridward_centre", "gridward_worker", "gridward_agency", "gridward_audit", "gridward_job",
    "gridward_sealer",
)  # fmt: skip
#: Where places are, not people: the tree, its shapes, its doors; and whom a role is given where.
NOT_PERSONAL = {
    "territory_area", "territory_address", "territory_shape", "territory_saying",
    "governance_emergencyorder", "workforce_assignment", "forms_formplace",
}  # fmt: skip
RETENTION = {"R_pass", "R_reg", "R_case", "R_svc", "R_work", "R_op", "R_audit"}

pytestmark = pytest.mark.django_db


def rows(sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())


def guarded_tables() -> set[str]:
    with_place = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in STEP and any(f.name == "area_pos" for f in model._meta.get_fields())
    }
    return (with_place | {column.table for column in PERSONAL_COLUMNS.values()}) - NOT_PERSONAL


def test_every_table_with_a_place_or_a_person_has_row_level_security() -> None:
    on = {row[0] for row in rows("select relname from pg_class where relrowsecurity")}

    assert guarded_tables() - on == set()


def test_every_guarded_table_has_a_policy_for_everybody_who_may_touch_it() -> None:
    granted = rows(
        "select distinct table_name, grantee from information_schema.role_table_grants"
        " where table_name = any(%s) and grantee = any(%s)",
        [sorted(guarded_tables()), list(GROUP_ROLES)],
    )
    policies = rows("select tablename, unnest(roles)::text from pg_policies")

    assert [pair for pair in granted if pair not in policies] == []


def test_the_roles_own_nothing_and_cannot_bypass() -> None:
    assert (
        rows(
            "select rolname from pg_roles where rolname = any(%s) and (rolsuper or rolbypassrls or rolcreaterole)",
            [list(GROUP_ROLES)],
        )
        == []
    )
    assert (
        rows(
            "select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(%s)",
            [list(GROUP_ROLES)],
        )
        == []
    )


def test_every_personal_column_exists_is_sealed_and_has_purpose_and_retention() -> None:
    with people.as_owner():
        types = {
            (row[0], row[1]): row[2]
            for row in rows("select table_name, column_name, data_type from information_schema.columns")
        }

    for column in PERSONAL_COLUMNS.values():
        assert types[(column.table, column.column)] == "bytea", column
        assert column.purpose in PURPOSES, column
        assert column.retention in RETENTION, column
        assert column.sensitivity in {"S2", "S3"}, column


def test_every_sealed_column_is_in_the_list_of_personal_columns() -> None:
    with people.as_owner():
        sealed = {
            (row[0], row[1])
            for row in rows(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'public' and column_name like %s and table_name not like %s",
                ["%\\_sealed", "%\\_stage%"],
            )
        }

    assert len(sealed) > 5
    assert sealed - {(column.table, column.column) for column in PERSONAL_COLUMNS.values()} == set()


@pytest.mark.parametrize("role", GROUP_ROLES)
def test_without_a_scope_a_role_sees_no_person(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
        for table in sorted(guarded_tables()):
            cursor.execute("select has_table_privilege(%s, 'select')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] == 0, table


@pytest.mark.parametrize("forged", ["{(,)}|x||#", "{(,)}|x||#0000", "{(,)}"])
def test_a_forged_scope_opens_nothing(forged: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('gridward.scope', %s, true)", [forged])
        cursor.execute("select kernel_scope_ranges()::text, kernel_scope_agency()")

        assert cursor.fetchone() == ("{}", None)


def test_nobody_may_sign_a_scope_or_read_its_secret() -> None:
    for role in GROUP_ROLES:
        assert rows(
            "select has_function_privilege(%s, 'kernel_scope_sign(text)', 'execute'),"
            " has_function_privilege(%s, 'kernel_scope_set(int8multirange, text, text, text)', 'execute'),"
            " has_table_privilege(%s, 'kernel_scopesecret', 'select')",
            [role] * 3,
        ) == [(False, False, False)]
