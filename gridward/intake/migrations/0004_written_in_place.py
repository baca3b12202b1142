"""
Lets a clue that goes into a task and is answered be written in its place.

`state` stood in an index, so each change of it wrote a new row and all twelve indexes again: a third of what PostgreSQL
did for a list. Now no index knows it and a page is filled to the half, which is what the second copy took anyway. Four
indexes no question used are gone, and a channel is looked up once for a list, not once for a row.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Fewer indexes, and none of what changes."""

    dependencies = [("intake", "0003_marks")]

    operations = [
        migrations.RunSQL("alter table intake_clue set (fillfactor = 45)", "alter table intake_clue reset (fillfactor)"),
        migrations.RemoveIndex("clue", "clue_waiting"),
        migrations.RemoveIndex("clue", "clue_household"),
        migrations.AlterField(
            "clue",
            "batch",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.batch", db_index=False
            ),
        ),
        migrations.AlterField(
            "clue",
            "channel",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.channel", db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AddConstraint(
            "clue",
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(person_id__isnull=True), name="who_waits_is_nobody_yet"
            ),
        ),
        migrations.AddIndex(
            "clue",
            models.Index(fields=["area_pos", "id"], name="clue_waiting", condition=Q(person_id__isnull=True)),
        ),
    ]  # fmt: skip
