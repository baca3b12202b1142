"""
Keeps all blind keys of a person in one row, and remembers how far an import of the register is.

At one row a key a city had 22 million of them, 150 bytes each without their indexes, and writing them took longer than
everything else of the import together.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

MAKE_ROOM = """
alter table registry_personkey rename to registry_personkey_old;
alter index registry_personkey_pkey rename to registry_personkey_old_pkey;
"""
MOVE = """
insert into registry_personkey (resident_id, domain, household_id, area_pos, id_key, id_surname_key,
                                phone_surname_key, phone_name_key, door_name_key)
select resident_id, min(domain), household_id, area_pos,
       (array_agg(value) filter (where kind = 'id'))[1],
       (array_agg(value) filter (where kind = 'id_surname'))[1],
       (array_agg(value) filter (where kind = 'phone_surname'))[1],
       (array_agg(value) filter (where kind = 'phone_name'))[1],
       (array_agg(value) filter (where kind = 'door_name'))[1]
  from registry_personkey_old group by resident_id, household_id, area_pos;
drop table registry_personkey_old;
drop table registry_stageresident, registry_stagekey;
create unlogged table registry_stageloadhousehold (
  id uuid not null, data_key uuid not null, wrapped bytea not null, area_pos bigint not null, address_id bigint,
  household_ref text not null);
create unlogged table registry_stageloadresident (
  id uuid not null, household_id uuid not null, area_pos bigint not null, resident_ref text not null,
  id_kind text not null, name_sealed bytea not null, id_number_sealed bytea, phone_sealed bytea,
  id_key bytea, id_surname_key bytea, phone_surname_key bytea, phone_name_key bytea, door_name_key bytea);
"""
LOADS = "registry_stageloadhousehold, registry_stageloadresident"
KEYS = ("id_key", "id_surname_key", "phone_surname_key", "phone_name_key", "door_name_key")


class Migration(migrations.Migration):
    """Loading a city."""

    dependencies = [("registry", "0002_walls")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("PersonKey")],
            database_operations=[migrations.RunSQL(MAKE_ROOM, migrations.RunSQL.noop)],
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "resident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.resident",
                    ),
                ),
                ("domain", models.TextField()),
                ("household_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                *[(key, models.BinaryField(null=True)) for key in KEYS],
            ],
            options={
                "indexes": [
                    models.Index(fields=[key], name=f"personkey_{key.removesuffix('_key')}")
                    for key in KEYS
                    if key != "id_surname_key"
                ]
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("domain", models.TextField()),
                ("content_hash", models.TextField()),
                ("state", models.TextField()),
                ("reason", models.TextField(db_default="")),
                ("rows_count", models.IntegerField()),
                ("rows_done", models.IntegerField(db_default=0)),
                ("starts_count", models.IntegerField(db_default=1)),
                ("residents_count", models.IntegerField(db_default=0)),
                ("households_count", models.IntegerField(db_default=0)),
                ("doors_unknown_count", models.IntegerField(db_default=0)),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["domain", "content_hash"],
                        name="import_run_open_once",
                        condition=models.Q(state__in=["running", "stopped"]),
                    )
                ]
            },
        ),
        walls.build(
            [
                walls.shut("registry_personkey"),
                walls.grant("registry_personkey", "select, insert, update", walls.JOB),
                walls.by_range("registry_personkey", walls.JOB),
                # A run says nothing about anybody; that it was stopped by the end of its order is written after that end.
                "revoke all on registry_importrun from public;",
                walls.grant("registry_importrun", "select, insert, update", walls.APP, walls.JOB),
            ]
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        walls.build([walls.grant(LOADS, "select, insert, truncate", walls.JOB)]),
    ]
