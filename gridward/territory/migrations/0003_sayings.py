"""Keeps other ways of saying a grid that people confirmed: no word about anybody, as with doors without names."""

from django.db import migrations, models

from gridward.kernel import walls


class Migration(migrations.Migration):
    """Sayings."""

    dependencies = [("territory", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Saying",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("source", models.BinaryField()),
                ("is_sure", models.BooleanField()),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "source"), name="said_once_a_source")],
                "indexes": [models.Index(fields=["source"], name="saying_source")],
            },
        ),
        walls.build(
            [
                "revoke all on territory_saying from public;",
                walls.grant("territory_saying", "select", *walls.EVERYONE),
                walls.grant("territory_saying", "insert, update, delete", walls.JOB),
            ]
        ),
    ]
