"""
Keeps open tasks out of the index of closed ones.

Every task that was opened wrote an entry without a moment into it, which no question looks for: it is asked for what was
closed in an area since some moment, or for the closed tasks of an area by the moment they were closed.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index less for a task that is opened."""

    dependencies = [("dispatch", "0019_whistles_risen")]

    operations = [
        migrations.RemoveIndex("task", "task_closed"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["area_pos", "closed_at"], name="task_closed", condition=models.Q(closed_at__isnull=False)
            ),
        ),
    ]
