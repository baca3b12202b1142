"""
Lets a wide area find tasks by their moments without reading them: what is due in the orders in force, and what was done
today and by whom; and what was asked today, wherever it was.

The order comes after the moment: an index that begins with it looks good to the planner wherever a task is looked for by
order and household, and made a list of a thousand rows take ten seconds.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Due and closed tasks, with their orders in the index."""

    dependencies = [("dispatch", "0021_workloads")]

    operations = [
        migrations.RemoveIndex("task", "task_due"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["due_at", "id", "order_id", "area_pos"], name="task_due",
                condition=models.Q(state="open"),
            ),
        ),
        migrations.RemoveIndex("task", "task_closed_at"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["closed_at", "id", "order_id", "area_pos"], include=["assignee_id"], name="task_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
        ),
        migrations.RemoveIndex("passresult", "pass_asked"),
        migrations.AddIndex(
            "passresult",
            models.Index(
                fields=["at", "area_pos"], include=["task_id"], name="pass_asked",
                condition=models.Q(pass_kind__in=["phone", "visit"]) & ~models.Q(result="skipped"),
            ),
        ),
    ]  # fmt: skip
