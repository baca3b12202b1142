"""
Owns bulk writing: COPY into stages, then SQL. Refuses to decide anything.

The stages are unlogged and have no row-level security; only `gridward_job` may touch them, and a run deletes its rows
in the transaction that made them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

COLUMNS = {
    "registry_stagehousehold": (
        "run id domain order_id data_key wrapped area_pos address_id kind household_ref",
        "uuid uuid text uuid uuid bytea int8 int8 text text",
    ),
    "registry_stageresident": (
        "run id household_id area_pos resident_ref id_kind name_sealed id_number_sealed phone_sealed",
        "uuid uuid uuid int8 text text bytea bytea bytea",
    ),
    "registry_stagekey": (
        "run kind value resident_id household_id area_pos",
        "uuid text bytea uuid uuid int8",
    ),
}


def copy(table: str, rows: Iterable[Sequence[object]]) -> None:
    """Write rows into a stage by binary COPY."""
    columns, types = COLUMNS[table]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({', '.join(columns.split())}) from stdin (format binary)") as stream,
    ):
        stream.set_types(types.split())
        for row in rows:
            stream.write_row(row)


def clear(run: UUID, *tables: str) -> None:
    """Delete a run's rows from its stages."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"delete from {table} where run = %s", [run])


def register_write(run: UUID, domain: str, now: datetime) -> None:
    """Move a run's staged households, residents, data keys and person keys into the register."""
    with connection.cursor() as cursor:
        households_write(run, now)
        cursor.execute(
            "insert into registry_resident (id, household_id, domain, area_pos, resident_ref, id_kind, name_sealed,"
            " id_number_sealed, phone_sealed, created_at) select id, household_id, %s, area_pos, resident_ref, id_kind,"
            " name_sealed, id_number_sealed, phone_sealed, %s from registry_stageresident where run = %s",
            [domain, now, run],
        )
        cursor.execute(
            "insert into registry_personkey (domain, kind, value, resident_id, household_id, area_pos)"
            " select %s, kind, value, resident_id, household_id, area_pos from registry_stagekey where run = %s",
            [domain, run],
        )


#: One import into the register at a time: who is known is asked before anybody is written.
LOCK = 7_206_002


def register_lock() -> None:
    """Wait until no other import runs; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def register_analyze() -> None:
    """Let the planner see what a large import has changed, before anybody is matched against it."""
    with connection.cursor() as cursor:
        cursor.execute("select registry_analyze()")


def households_write(run: UUID, now: datetime) -> None:
    """Move a run's staged households and their wrapped data keys into place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_datakey (id, domain, wrapped, created_at) select data_key, domain, wrapped, %s"
            " from registry_stagehousehold where run = %s",
            [now, run],
        )
        cursor.execute(
            "insert into registry_household (id, domain, order_id, data_key, area_pos, address_id, kind, household_ref,"
            " created_at) select id, domain, order_id, data_key, area_pos, address_id, kind, household_ref, %s"
            " from registry_stagehousehold where run = %s",
            [now, run],
        )
