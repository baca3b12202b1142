"""
Lets a wide area page through the tasks of one order in the order of their moments.

A list showed the open tasks of orders that are over, which nobody may open any more, before those of the order in force.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Due and closed tasks, by order first."""

    dependencies = [("dispatch", "0021_workloads")]

    operations = [
        migrations.RemoveIndex("task", "task_due"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["order_id", "due_at", "id"], include=["area_pos"], name="task_due",
                condition=models.Q(state="open"),
            ),
        ),
        migrations.RemoveIndex("task", "task_closed_at"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["order_id", "closed_at", "id"], include=["area_pos"], name="task_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
        ),
    ]  # fmt: skip
