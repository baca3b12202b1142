"""
Raises the walls of the territory: everybody may read where things are, only an import as a job may write.
"""

from django.db import migrations

from gridward.kernel import walls

# Areas, shapes and doors without names are not personal: no row-level security, but no writing from pages
# either.
TABLES = ", ".join(
    f"territory_{table}"
    for table in ("area", "areaalias", "treeversion", "shape", "geometryversion", "address")
)

STAGE = """
create unlogged table territory_address_stage (
  row_number int not null, area_pos bigint not null, community_code text not null, road text not null,
  number text not null, compound text not null, building text not null, unit text not null, room text not
  null, key text not null, longitude double precision, latitude double precision
);
revoke all on territory_address_stage from public;
"""


class Migration(migrations.Migration):
    """The territory's walls."""

    dependencies = [("territory", "0001_initial"), ("kernel", "0002_walls")]

    operations = [
        migrations.RunSQL(STAGE, "drop table territory_address_stage"),
        walls.build(
            [
                f"revoke all on {TABLES} from public;",
                walls.grant(TABLES, "select", *walls.EVERYONE),
                walls.grant(TABLES, "insert, update, delete", walls.JOB),
                walls.grant("territory_address_stage", "select, insert, truncate", walls.JOB),
            ]
        ),
    ]
