"""Lets a department have its outcomes pushed: addresses of its own, and what became of every push."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

OWN = walls.OWN_AGENCY % "agency_code"


class Migration(migrations.Migration):
    """Webhooks and deliveries, each department's apart."""

    dependencies = [("intake", "0006_sender_counts")]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency_code", models.TextField()),
                ("url", models.TextField()),
                ("version", models.SmallIntegerField(db_default=1, default=1)),
                ("created_by", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("agency_code", "url"),
                        name="one_live_webhook_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency_code", models.TextField()),
                ("order_id", models.UUIDField()),
                ("clue_ids", models.JSONField()),
                ("state", models.TextField(db_default="waiting", default="waiting")),
                ("attempts", models.SmallIntegerField(db_default=0, default=0)),
                ("next_at", models.DateTimeField()),
                ("answer", models.TextField(db_default="", default="")),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.webhook"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="delivery_due"
                    ),
                    models.Index(fields=["agency_code", "-created_at", "id"], name="delivery_newest"),
                ],
            },
        ),
        walls.build(
            [
                walls.shut("intake_webhook"),
                walls.shut("intake_delivery"),
                walls.grant("intake_webhook", "select, insert", walls.AGENCY),
                walls.grant("intake_webhook", "update", walls.AGENCY, columns=("ended_at",)),
                walls.grant("intake_webhook", "select", walls.JOB),
                walls.policy("intake_webhook", "own_agency", OWN, walls.AGENCY),
                # A job that pushes is everybody's: it holds addresses and ids of rows, nothing about a person.
                walls.policy("intake_webhook", "pushing", "true", walls.JOB, command="select"),
                walls.grant("intake_delivery", "select", walls.AGENCY),
                walls.grant("intake_delivery", "update", walls.AGENCY, columns=("state", "next_at", "attempts")),
                walls.grant("intake_delivery", "select, insert, update", walls.JOB),
                walls.policy("intake_delivery", "own_agency", OWN, walls.AGENCY),
                walls.policy("intake_delivery", "pushing", "true", walls.JOB),
            ]
        ),
    ]
