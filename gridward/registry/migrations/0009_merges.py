"""
Lets two entries of the register be one person: one stays, the other leads to it, with its keys, until it is taken apart.

Taken back, what is together is taken apart by hand first: a merged entry would stay ended.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

TABLE = "registry_merge"
GATE = f"""
create trigger merge_needs_order after insert on {TABLE}
  referencing new table as added for each statement execute function governance_require_order();
"""


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="registry.resident",
    )


class Migration(migrations.Migration):
    """Merges."""

    dependencies = [("registry", "0008_corrections")]

    operations = [
        migrations.AddField("personkey", "leads_to", models.UUIDField(null=True)),
        migrations.AddIndex(
            "personkey",
            models.Index(
                fields=["leads_to"],
                name="personkey_leads_to",
                condition=models.Q(leads_to__isnull=False),
            ),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("domain", models.TextField()),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("state", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("merged_by", models.UUIDField(null=True)),
                ("merged_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("merged", _person()),
                ("resident", _person()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(resident=models.F("merged")), name="nobody_is_merged_with_oneself"
                    ),
                    models.UniqueConstraint(
                        fields=["merged"],
                        name="merged_into_one_person",
                        condition=models.Q(state="merged"),
                    ),
                    models.UniqueConstraint(
                        fields=["resident", "merged"],
                        name="one_proposal_a_pair",
                        condition=models.Q(state="proposed"),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["area_pos", "proposed_at", "id"], name="merge_area"),
                    models.Index(
                        fields=["resident"], name="merge_stays", condition=models.Q(state="merged")
                    ),
                ],
            },
        ),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(TABLE),
                walls.by_range(TABLE, walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "select", walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "insert, update", walls.JOB),
            ]
        ),
    ]
