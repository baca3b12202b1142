"""
Owns bulk writing: COPY into stages, then SQL. Refuses to decide anything.

The stages are unlogged and have no row-level security; only `gridward_job` may touch them, and a run empties them in
the transaction that filled them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gridward.kernel.bulk import binary_rows

COLUMNS = {
    "registry_stagehousehold": (
        "run id domain order_id data_key wrapped area_pos address_id kind household_ref",
        "uuid uuid text uuid uuid bytea int8 int8 text text",
    ),
    "registry_stageloadhousehold": (
        "id data_key wrapped area_pos address_id household_ref",
        "uuid uuid bytea int8 int8 text",
    ),
    "registry_stageloadresident": (
        "id household_id area_pos resident_ref id_kind name_sealed id_number_sealed phone_sealed"
        " id_key id_surname_key phone_surname_key phone_name_key door_name_key",
        "uuid uuid int8 text text bytea bytea bytea bytea bytea bytea bytea bytea",
    ),
    "registry_stagematch": (
        "run row_number id_key id_surname_key phone_surname_key phone_name_key door_name_key",
        "uuid int4 bytea bytea bytea bytea bytea",
    ),
}
#: So many rows are turned into bytes at a time.
COPIED_AT_ONCE = 20_000
#: From so many rows on the planner is told what a stage holds: a stage that was empty a moment ago once cost seven
#: minutes on a plan for one row.
LEAST_ANALYZED = 200


def match_stage(run: UUID, rows: Sequence[tuple[int, Sequence[bytes | None], object]]) -> None:
    """Stage the blind keys of rows (number, keys, door) that are to be matched."""
    mark = run.bytes
    for start in range(0, len(rows), COPIED_AT_ONCE):
        some = rows[start : start + COPIED_AT_ONCE]
        copy_bytes(
            "registry_stagematch",
            binary_rows([(mark, number.to_bytes(4, "big"), *keys) for number, keys, _door in some]),
        )
    if len(rows) >= LEAST_ANALYZED:
        with connection.cursor() as cursor:
            cursor.execute("select registry_analyze_match()")


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


def copy_bytes(table: str, content: bytes, *, lane: str = "") -> None:
    """Write what `binary_rows` made into a stage."""
    columns, _types = COLUMNS[table]
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"copy {table}{lane} ({', '.join(columns.split())}) from stdin (format binary)"
        ) as stream,
    ):
        stream.write(content)


def clear(run: UUID, *tables: str) -> None:
    """Delete a run's rows from its stages."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"delete from {table} where run = %s", [run])


#: With the number of a lane, for `truncate` lets nobody else in.
LOAD = (
    """insert into kernel_datakey (id, domain, wrapped, created_at)
       select data_key, %(domain)s, wrapped, %(now)s from registry_stageloadhousehold{lane}""",
    """insert into registry_household (id, domain, order_id, data_key, area_pos, address_id, kind, household_ref,
                                       created_at)
       select id, %(domain)s, %(order)s, data_key, area_pos, address_id, 'registered', household_ref, %(now)s
         from registry_stageloadhousehold{lane}""",
    """insert into registry_resident (id, household_id, domain, area_pos, resident_ref, id_kind, name_sealed,
                                      id_number_sealed, phone_sealed, created_at)
       select id, household_id, %(domain)s, area_pos, resident_ref, id_kind, name_sealed, id_number_sealed,
              phone_sealed, %(now)s
         from registry_stageloadresident{lane}""",
    """insert into registry_personkey (resident_id, domain, household_id, area_pos, id_key, id_surname_key,
                                       phone_surname_key, phone_name_key, door_name_key)
       select id, %(domain)s, household_id, area_pos, id_key, id_surname_key, phone_surname_key, phone_name_key,
              door_name_key
         from registry_stageloadresident{lane}
        where coalesce(id_key, phone_name_key, phone_surname_key, door_name_key) is not null""",
    "truncate registry_stageloadhousehold{lane}, registry_stageloadresident{lane}",
)
#: What is checked before the commit, by name: the gate of the order is a deferred constraint too, and is asked there.
FOREIGN_KEYS = (
    "registry_household_address_id_d5b1238b_fk_territory_address_id",
    "registry_resident_household_id_45f6612b_fk_registry_",
    "registry_personkey_resident_id_ceb62566_fk_registry_resident_id",
)


def register_write(
    households: bytes, residents: bytes, *, lane: int, domain: str, order_id: UUID, now: datetime
) -> None:
    """Bring a chunk of the register into place: households with their wrapped data keys, residents, person keys."""
    stage = f"{lane}" if lane else ""
    copy_bytes("registry_stageloadhousehold", households, lane=stage)
    copy_bytes("registry_stageloadresident", residents, lane=stage)
    with connection.cursor() as cursor:
        for statement in LOAD:
            cursor.execute(statement.format(lane=stage), {"domain": domain, "order": order_id, "now": now})
        # Now, and not at the commit: the row that counts the run is locked for a moment only.
        cursor.execute(f"set constraints {', '.join(FOREIGN_KEYS)} immediate")


def commit_soon() -> None:
    """Let this transaction's commit not wait for the disk: after a power cut the run goes on from an earlier chunk."""
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")


def known_people(domain: str, refs: Sequence[str]) -> set[str]:
    """Return which of these references the domain's register has. Runs inside a job's scope."""
    return {ref for (ref,) in _rows(KNOWN_PEOPLE, refs, domain)}


def known_households(domain: str, refs: Sequence[str]) -> list[tuple[str, UUID, int, int | None]]:
    """Return reference, id, area position and door of the households the domain's register has."""
    return _rows(KNOWN_HOUSEHOLDS, refs, domain)


def has_households(domain: str) -> bool:
    """Tell whether anybody is registered in the domain yet."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from registry_household where domain = %s)", [domain])
        return bool(cursor.fetchone()[0])


# Asked one by one (`lateral … offset 0`, which the planner does not take apart): of what row-level security leaves it
# expects next to nothing, and would read the whole register for every chunk of a file.
KNOWN_PEOPLE = """
select r.resident_ref from unnest(%s::text[]) as w(ref)
 cross join lateral (select resident_ref from registry_resident
                      where domain = %s and resident_ref = w.ref and resident_ref <> '' offset 0) r
"""
KNOWN_HOUSEHOLDS = """
select h.household_ref, h.id, h.area_pos, h.address_id from unnest(%s::text[]) as w(ref)
 cross join lateral (select household_ref, id, area_pos, address_id from registry_household
                      where domain = %s and household_ref = w.ref and household_ref <> '' offset 0) h
"""


def _rows(sql: str, refs: Sequence[str], domain: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(refs), domain])
        return list(cursor.fetchall())


#: One import into the register at a time: who is known is asked before anybody is written.
LOCK = 7_206_002
#: Shared by the lanes of one import, each on a connection of its own that may outlive the import by a moment.
LANES_LOCK = 7_206_003


@contextmanager
def register_locked() -> Iterator[None]:
    """Wait until no other import runs, and keep others waiting: over all transactions of the block, and no longer."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        # What a lane of a killed import has sent last may still be written.
        cursor.execute("select pg_advisory_lock(%s), pg_advisory_unlock(%s)", [LANES_LOCK, LANES_LOCK])
    try:
        yield
    finally:
        # A connection that is lost has lost its locks, and what lost it is what the caller has to hear.
        if connection.connection is not None and connection.connection.info.transaction_status.name in (
            "IDLE",
            "INTRANS",
        ):
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock_all()")


def lane_locked() -> None:
    """Keep the next import waiting as long as this lane's connection lasts, or until the import unlocks."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock_shared(%s)", [LANES_LOCK])


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
