"""Keeps what people were before they were renewed: values and places, sealed, under the walls of the people themselves."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

TABLES = ("registry_residentvalue", "registry_residence")
READERS = (walls.CENTRE, walls.WORKER, walls.JOB)
GATES = "".join(
    f"""
create trigger {table.removeprefix("registry_")}_needs_order after insert on {table}
  referencing new table as added for each statement execute function governance_require_order();"""
    for table in TABLES
)


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="registry.resident",
    )


class Migration(migrations.Migration):
    """The history of people."""

    dependencies = [("registry", "0006_key_indexes")]

    operations = [
        *[
            migrations.AddField("importrun", name, models.IntegerField(db_default=0))
            for name in ("changed_count", "moved_count", "absent_count")
        ],
        migrations.CreateModel(
            name="ResidentValue",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("domain", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("field", models.TextField()),
                ("value_sealed", models.BinaryField(null=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("source", models.TextField()),
                ("order_id", models.UUIDField()),
                ("changed_by", models.TextField()),
                ("resident", _person()),
            ],
            options={
                "indexes": [models.Index(fields=["resident", "valid_to"], name="residentvalue_resident")]
            },
        ),
        migrations.CreateModel(
            name="Residence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("domain", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("place_sealed", models.BinaryField()),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField()),
                ("source", models.TextField()),
                ("order_id", models.UUIDField()),
                ("changed_by", models.TextField()),
                ("resident", _person()),
            ],
            options={"indexes": [models.Index(fields=["resident", "to_at"], name="residence_resident")]},
        ),
        migrations.RunSQL(GATES, migrations.RunSQL.noop),
        walls.build(
            [
                *[walls.shut(table) for table in TABLES],
                *[walls.by_range(table, *READERS) for table in TABLES],
                walls.grant(", ".join(TABLES), "select", *READERS),
                # History is added to; where the person is now is all of it that changes.
                walls.grant(", ".join(TABLES), "insert", walls.JOB),
                *[walls.grant(table, "update", walls.JOB, columns=["area_pos"]) for table in TABLES],
            ]
        ),
    ]
