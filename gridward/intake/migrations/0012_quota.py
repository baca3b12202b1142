"""Keeps how much a channel may send a day, how many rows each list said it has, and what was let through once."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

USED = """
-- How much a channel sent since then, whichever centre's list it was: two numbers, and no list.
create function intake_quota_used(channel text, since timestamptz) returns table (lists bigint, rows bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*), coalesce(sum(told_rows), 0) from intake_batch
   where channel_id = channel and received_at >= since and state <> 'refused' $$;
revoke all on function intake_quota_used(text, timestamptz) from public;
grant execute on function intake_quota_used(text, timestamptz) to gridward_app, gridward_centre, gridward_job;
"""


class Migration(migrations.Migration):
    """A channel's share of a day."""

    dependencies = [("intake", "0011_undo")]

    operations = [
        migrations.AddField("channel", "lists_a_day", models.IntegerField(null=True)),
        migrations.AddField("channel", "rows_a_day", models.IntegerField(null=True)),
        migrations.AddField("batch", "told_rows", models.IntegerField(db_default=0, default=0)),
        migrations.AddIndex(
            "batch", models.Index(fields=["channel", "received_at"], name="batch_of_channel_by_day")
        ),
        migrations.CreateModel(
            name="QuotaPass",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.channel"
                    ),
                ),
                ("reason", models.TextField()),
                ("opened_by", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("batch_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.RunSQL(USED, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant("intake_quotapass", "select, insert", walls.CENTRE),
                walls.grant("intake_quotapass", "select", walls.JOB),
                walls.grant("intake_quotapass", "update", walls.CENTRE, walls.JOB, columns=("batch_id",)),
            ]
        ),
    ]
