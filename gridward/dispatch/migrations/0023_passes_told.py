"""
Keeps with a task how often its people were asked on the day they were last asked, and with a subject what became of its
two passes at the door: what a whole city's budgets and a street's passes count, without reading every pass.
"""

from django.conf import settings
from django.db import migrations, models

# An ask is a moment: a visit writes one pass for each person of a household, all at once. As `actions.passes` does it.
TOLD = """
update dispatch_task t set asked_at = p.asked_at, asked_count = p.asked_count
  from (select task_id, max(at) as asked_at,
               count(distinct at) filter (where day = last_day) as asked_count
          from (select task_id, at, (at at time zone %(zone)s)::date as day,
                       max((at at time zone %(zone)s)::date) over (partition by task_id) as last_day
                  from dispatch_passresult
                 where pass_kind in ('phone', 'visit') and result <> 'skipped') d
         group by 1) p
 where t.id = p.task_id;
update dispatch_tasksubject s set phone_pass = p.phone_pass, visit_pass = p.visit_pass
  from (select subject_id,
               coalesce(max('done') filter (where pass_kind = 'phone' and result <> 'skipped'),
                        min(reason) filter (where pass_kind = 'phone'), '') as phone_pass,
               coalesce(max('done') filter (where pass_kind = 'visit' and result <> 'skipped'),
                        min(reason) filter (where pass_kind = 'visit'), '') as visit_pass
          from dispatch_passresult where pass_kind in ('phone', 'visit') group by 1) p
 where s.id = p.subject_id;
"""


def told(apps, editor):
    """Fill in what the passes that are there say."""
    with editor.connection.cursor() as cursor:
        cursor.execute(TOLD, {"zone": settings.TIME_ZONE})


class Migration(migrations.Migration):
    """Asks of a day, and what became of passes."""

    dependencies = [("dispatch", "0022_moments_first")]

    operations = [
        migrations.AddField("task", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("task", "asked_count", models.IntegerField(db_default=0, default=0)),
        migrations.AddField("tasksubject", "phone_pass", models.TextField(db_default="", default="")),
        migrations.AddField("tasksubject", "visit_pass", models.TextField(db_default="", default="")),
        migrations.RunPython(told, migrations.RunPython.noop),
        migrations.RemoveIndex("passresult", "pass_asked"),
        migrations.RemoveIndex("passresult", "pass_skipped"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["asked_at", "area_pos"], include=["household_id", "asked_count"], name="task_asked",
                condition=models.Q(asked_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "tasksubject",
            models.Index(
                fields=["area_pos"], include=["task_id", "phone_pass", "visit_pass"], name="subject_concluded",
                condition=~models.Q(outcome=""),
            ),
        ),
    ]  # fmt: skip
