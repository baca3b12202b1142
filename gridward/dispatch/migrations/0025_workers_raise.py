"""Lets a worker raise a household in the own hand to the level above the grid: with a reason of the list, in the own name."""

from django.db import migrations

from gridward.kernel import walls

TABLE = "dispatch_escalation"
IN_HAND = f"""
state = 'open' and kind in ('authority', 'department', 'boundary', 'disagreement')
and raised_by = (select kernel_scope_account())::text
and exists (select from dispatch_task t where t.id = {TABLE}.task_id and t.area_pos = {TABLE}.from_pos
             and t.state = 'open' and t.released_at is not null and t.assignee_id = (select kernel_scope_account()))
"""


class Migration(migrations.Migration):
    """A worker's way up."""

    dependencies = [("dispatch", "0024_whistles_told")]

    operations = [
        walls.build(
            [
                walls.grant(TABLE, "insert", walls.WORKER),
                walls.policy(TABLE, "from_the_hand", IN_HAND, walls.WORKER, command="insert"),
            ]
        ),
    ]
