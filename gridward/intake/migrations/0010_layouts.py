"""Lets a list wait for somebody to say which of its columns is what, and channels remember what was said."""

from django.db import migrations, models

from gridward.kernel import walls

EXPIRE = """
-- Lists nobody confirmed in time, of every order and of none: all this can do is to give them up.
create function intake_mapping_expire(before timestamptz) returns setof uuid
  language sql security definer set search_path = pg_catalog, public as $$
  update intake_batch set state = 'refused', refusal = 'mapping_expired'
   where state = 'mapping' and received_at < before returning id $$;
revoke all on function intake_mapping_expire(timestamptz) from public;
grant execute on function intake_mapping_expire(timestamptz) to gridward_app;
"""


class Migration(migrations.Migration):
    """What a person says about a list's columns."""

    dependencies = [("intake", "0009_leaf_as_received")]

    operations = [
        migrations.AddField("channel", "layouts", models.JSONField(db_default=[], default=list)),
        migrations.AddField("batch", "layout", models.JSONField(db_default={}, default=dict)),
        migrations.AddIndex(
            "batch",
            models.Index(
                fields=["received_at"], name="batch_waits_for_columns", condition=models.Q(state="mapping")
            ),
        ),
        migrations.RunSQL(EXPIRE, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant("intake_channel", "update", walls.CENTRE, columns=("layouts",)),
                walls.grant(
                    "intake_batch", "update", walls.CENTRE, columns=("state", "refusal", "columns", "layout", "notes")
                ),
            ]
        ),
    ]
