"""
A database of a city's size in minutes: a small real part through the doors of the house, the rest set by set.

The real part (one street's people, lists, tasks) and everything that waits for review is sealed by the house itself, so
pages can open it. The rest has the shape of a city and cannot be opened (see `rows`).

`python -m benchmarks.house DIRECTORY` makes one to look at by hand and leaves it there.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from benchmarks.house import rows
from benchmarks.house.filled import (
    CHANNELS,
    actor_made,
    found_city,
    register,
    send,
    settled,
    signed_order,
)
from benchmarks.house.town import DIVISIONS, Town
from benchmarks.refusal import NotMeasured
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ids import new_ids
from gridward.territory import api as territory
from gridward.wiring.supervisor.connections import connection_for
from gridward.wiring.supervisor.layout import Layout
from gridward.workforce import api as workforce
from simulator.cells import make_cells, read_table, write_cells

STREET = "320102003"
COMMUNITY = "320102003015"
SEALED = ("name_sealed", "id_number_sealed", "phone_sealed", "address_sealed")
PERSON = ("欧阳测试", "320199199001010011", "19900000000", "玄武区新街口街道成贤街社区")
COPIED = (
    *("id", "batch_id", "channel_id", "agency_code", "order_id", "row_number", "kind", "purpose", "priority"),
    *("area_pos", "count_state", "state", "waiting_reason", "candidates", "data_key", "received_at"),
    *SEALED,
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class City:
    """What pages need to know of a filled city: the order, the area that is real, and who can sign in where."""

    order: governance.OrderView
    real: territory.AreaView
    street: territory.AreaView
    handles: dict[str, str]


def make_city(size: rows.Size, folder: Path, *, grids: int = 12_000, say: Say = print) -> City:
    """Fill the database that Django points at; NotMeasured when the disk is too small for it."""
    if shutil.disk_usage(folder).free < size.disk_bytes():
        raise NotMeasured(f"{size.words()} need {size.disk_bytes() / 2**30:.0f} GiB of disk.")
    begun = time.perf_counter()
    order, real = real_part(folder, grids)
    say(f"real part: {time.perf_counter() - begun:.1f} s")
    with superuser() as cursor:
        cursor.execute("update governance_emergencyorder set starts_at = starts_at - interval '28 days',"
                       " ends_at = ends_at - interval '12 days 12 hours' where id = %s", [order.id])  # fmt: skip
        # Whatever the hour, the worker has work in hand: at night what is new would wait for the morning.
        cursor.execute("update dispatch_task set released_at = opened_at where released_at is null")
        doubt = tie(cursor)
        fill(cursor, size, order, real, say)
    waiting_sealed(size.waiting, order, doubt)
    with superuser() as cursor:
        cursor.execute("vacuum (freeze, analyze)")
        cursor.execute("checkpoint")
    street = territory.get_area(STREET)
    assert street is not None
    return City(order, real, street, staff(real))


def real_part(folder: Path, grids: int) -> tuple[governance.OrderView, territory.AreaView]:
    """Found the city with its shapes; load one community's people and send their lists through the house."""
    divisions, seats = read_table(DIVISIONS), read_table(DIVISIONS.with_name("district_seats.csv"))
    table, shapes, _water = write_cells(make_cells(divisions, seats, grids=grids), folder)
    town = Town(600, within=COMMUNITY)
    town.grids = [row["code"] for row in read_table(table) if row["code"].startswith(COMMUNITY)]
    found_city(town, folder, grids=table)
    now = clock.now()
    with transaction.atomic(), scope.as_role("gridward_job"):
        settled(territory.shapes_import(path=shapes, filename=shapes.name, by=SYSTEM, now=now))
    for number in range(len(CHANNELS), 17):
        workforce.agency_create(code=f"agency{number}", name=f"部门{number}", by=SYSTEM, now=now)
        intake.channel_create(
            code=f"list{number}", agency_code=f"agency{number}", name=f"名单{number}", purpose="case_finding",
            clue_kind="returnee", priority="P3", by=SYSTEM, now=now,
        )  # fmt: skip
    order = signed_order()
    worker = actor_made("worker", "grid_worker", town.grids[0], responsible=True)
    assert worker.id
    register(town, town.people, folder / "residents.csv", order.id)
    officer = actor_made("intake", "intake_officer", "3201")
    for turn in range(3):
        path = town.write_list(folder / f"list-{turn}.csv", 400, seed=turn)
        send(path, CHANNELS[turn], officer)
    real = territory.get_area(COMMUNITY)
    assert real is not None
    return order, real


def staff(real: territory.AreaView) -> dict[str, str]:
    """Make somebody for every role that has pages; return the handle of each."""
    made = {
        "intake_officer": "intake",
        "grid_worker": "worker",
        "issuing_officer": "issuer",
        "privacy_officer": "privacy",
        "city_officer": "city",
    }
    areas = {
        "district_officer": real.code[:6],
        "street_officer": real.code[:9],
        "community_officer": real.code,
        "supervisor": real.code[:6],
        "auditor": "",
        "system_administrator": "",
    }
    for role, area in areas.items():
        actor_made(made.setdefault(role, role), role, area)
    actor_made(made.setdefault("agency_liaison", "liaison"), "agency_liaison", agency="health")
    return made


@contextmanager
def superuser() -> Iterator["psycopg.Cursor[Any]"]:
    """Have a connection that no wall and no trigger holds up; there is one only to a cluster of one's own."""
    dsn = connection_for(Layout(settings.DATA), "superuser").dsn()
    with psycopg.connect(dsn, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("set synchronous_commit = off")
        cursor.execute("set maintenance_work_mem = '1GB'")
        cursor.execute("set work_mem = '256MB'")
        cursor.execute("set statement_timeout = 0")
        yield cursor


def fill(
    cursor: "psycopg.Cursor[Any]",
    size: rows.Size,
    order: governance.OrderView,
    real: territory.AreaView,
    say: Say,
) -> None:
    """Run every group of statements, secondary indexes after the rows; the scratch tables go at the end."""
    now = clock.now()
    given = rows.values(size) | {
        "order_id": order.id, "domain": governance.order_domain(order.id), "now": now, "day_start": midnight(now),
        "real": f"[{real.pos},{real.end})",
    }  # fmt: skip
    cursor.execute("alter system set max_wal_size = '8GB'")
    cursor.execute("select pg_reload_conf()")
    for name, tables in rows.FILLS:
        begun = time.perf_counter()
        indexes = indexes_taken(cursor, tables)
        for statement in rows.statements(name):
            cursor.execute(statement, given)
        for definition in indexes:
            cursor.execute(definition)
        say(f"{name}: {time.perf_counter() - begun:.1f} s")
    for table in rows.SCRATCH:
        cursor.execute(f"drop table bench_{table}")
    cursor.execute("alter system reset max_wal_size")
    cursor.execute("select pg_reload_conf()")


def midnight(now: datetime) -> datetime:
    """Return the beginning of the city's day."""
    return localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def indexes_taken(cursor: "psycopg.Cursor[Any]", tables: tuple[str, ...]) -> list[str]:
    """Drop the indexes of these tables that no constraint stands on; return what makes them again."""
    cursor.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i"
        " where i.indrelid = any(%s::regclass[]) and not exists"
        " (select from pg_constraint c where c.conindid = i.indexrelid)",
        [list(tables)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"drop index {name}")
    return [definition for _name, definition in found]


def waiting_sealed(count: int, order: governance.OrderView, doubt: tuple[int, list[str]]) -> None:
    """Add rows that wait for review, all over the city, each sealed as the house does it; the first one is a tie."""
    sealer = governance.sealer(governance.order_domain(order.id))
    key = sealer.new_data_keys(1)[0]
    ids = new_ids(count)
    blobs = sealer.seal_rows("intake_clue", SEALED, [(key, one, PERSON) for one in ids])
    with superuser() as cursor:
        cursor.execute("insert into kernel_datakey (id, domain, wrapped, created_at) values (%s, %s, %s, now())",
                       [key.id, key.domain, key.wrapped])  # fmt: skip
        cursor.execute(
            "select pos from territory_area where level in ('street', 'community', 'grid') order by pos"
        )
        places = [pos for (pos,) in cursor.fetchall()]
        cursor.execute("select id, channel_id, agency_code from intake_batch order by received_at limit 200")
        batches = cursor.fetchall()
        now = clock.now()
        cursor.execute("set session_replication_role = origin")  # these are counted by the triggers
        with cursor.copy(f"copy intake_clue ({', '.join(COPIED)}) from stdin") as copy:
            for n, (clue_id, sealed) in enumerate(zip(ids, blobs, strict=True)):
                batch_id, channel, agency = batches[n % len(batches)]
                place = places[n * 7919 % len(places)] if n else doubt[0]
                why = ("unplaced", "[]") if n else ("ambiguous", json.dumps(doubt[1]))
                copy.write_row((
                    clue_id, batch_id, channel, agency, order.id, 10_000_000 + n, "returnee", "case_finding", "P3",
                    place, "waiting", "waiting", *why, key.id, now, *sealed,
                ))  # fmt: skip


def tie(cursor: psycopg.Cursor[Any]) -> tuple[int, list[str]]:
    """Return where a row lies that may mean two people of one grid, and who they are; both can be opened."""
    cursor.execute("select area_pos from registry_resident order by id limit 1")
    (place,) = cursor.fetchone() or (0,)
    cursor.execute("select id from registry_resident where area_pos = %s order by id limit 2", [place])
    return place, [str(one) for (one,) in cursor.fetchall()]
