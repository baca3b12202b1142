"""Keeps how often an account looked a door up, so that nobody can go from door to door."""

from django.db import migrations, models

from gridward.kernel import walls

OWN = "account_id = (select kernel_scope_account())"


class Migration(migrations.Migration):
    """Looks at doors: whose and when, not at which door."""

    dependencies = [("dispatch", "0008_disagreements")]

    operations = [
        migrations.CreateModel(
            name="DoorLook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("hit", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["account_id", "at"], name="doorlook_hour")]},
        ),
        walls.build(
            [
                walls.shut("dispatch_doorlook"),
                walls.grant("dispatch_doorlook", "select, insert", walls.CENTRE),
                walls.policy("dispatch_doorlook", "own_looks", OWN, walls.CENTRE),
            ]
        ),
    ]
