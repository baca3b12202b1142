"""Gives doors a plate with a random code, made by the centre that answers for the place; a phone reads its own doors'."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

PLATE = "territory_doorplate"
HERE = f"""
exists (select from territory_address a where a.id = {PLATE}.address_id
         and a.area_pos <@ (select kernel_scope_ranges()))
"""


class Migration(migrations.Migration):
    """Door plates."""

    dependencies = [("territory", "0003_sayings")]

    operations = [
        migrations.CreateModel(
            name="DoorPlate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "address",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="territory.address"
                    ),
                ),
            ],
        ),
        walls.build(
            [
                walls.shut(PLATE),
                walls.grant(PLATE, "select", walls.CENTRE, walls.WORKER),
                walls.grant(PLATE, "insert", walls.CENTRE),
                walls.policy(PLATE, "of_own_doors", HERE, walls.CENTRE, walls.WORKER, command="select"),
                walls.policy(PLATE, "made_here", HERE, walls.CENTRE, command="insert"),
            ]
        ),
    ]  # fmt: skip
