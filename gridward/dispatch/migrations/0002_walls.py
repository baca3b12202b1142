"""Raises the walls of dispatch: tasks by range, passes append-only, nothing without a live order."""

from django.db import migrations

from gridward.kernel import walls

GATES = """
create trigger task_needs_order after insert on dispatch_task
  referencing new table as added for each statement execute function governance_require_order();
"""
READERS = (walls.CENTRE, walls.WORKER, walls.JOB)
TABLES = ("dispatch_task", "dispatch_tasksubject", "dispatch_passresult")


class Migration(migrations.Migration):
    """The walls of dispatch."""

    dependencies = [("dispatch", "0001_initial"), ("governance", "0002_walls")]

    operations = [
        migrations.RunSQL(GATES, migrations.RunSQL.noop),
        walls.build(
            [
                *[walls.shut(table) for table in TABLES],
                *[walls.by_range(table, *READERS) for table in TABLES],
                walls.grant(", ".join(TABLES), "select", *READERS),
                walls.grant("dispatch_task, dispatch_tasksubject", "insert, update", walls.JOB),
                walls.grant("dispatch_task, dispatch_tasksubject", "update", walls.CENTRE, walls.WORKER),
                walls.grant("dispatch_passresult", "insert", *READERS),
                walls.append_only("dispatch_passresult"),
            ]
        ),
    ]
