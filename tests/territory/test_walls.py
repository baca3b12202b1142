"""The territory's walls: everybody reads where things are; only an import, as a job, writes."""

import pytest
from django.db import ProgrammingError, connection, transaction

from gridward.kernel import scope

TABLES = ("area", "areaalias", "treeversion", "shape", "geometryversion", "address")
READERS = ("app", "centre", "worker", "agency", "audit", "job")
WRITES = (
    "insert into territory_areaalias (area_id, scheme, code) select id, 'test', 'x' from territory_area limit 1",
    "update territory_area set name = name",
    "update territory_address set area_pos = area_pos",
    "delete from territory_shape",
    "truncate territory_address_stage",
)


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("table", TABLES)
def test_every_role_may_read_where_things_are(city, role, table):
    with scope.as_role(f"gridward_{role}"):
        _run(f"select count(*) from territory_{table}")


@pytest.mark.parametrize("role", [role for role in READERS if role != "job"])
@pytest.mark.parametrize("sql", WRITES)
def test_no_role_of_a_page_may_write(city, role, sql):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), scope.as_role(f"gridward_{role}"):
        _run(sql)


@pytest.mark.parametrize("sql", WRITES)
def test_a_job_may_write(city, sql):
    with scope.as_role("gridward_job"):
        _run(sql)


def test_nobody_but_a_job_reads_the_stage(city):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _run("select count(*) from territory_address_stage")


def test_a_door_written_by_a_page_is_stopped_by_the_database(city):
    columns = "area_pos, community_code, road, number, compound, building, unit, room, key"

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _run(f"insert into territory_address ({columns}) values (1, '', '', '', '', '', '', '', '')")
