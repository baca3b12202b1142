"""
Lets whoever looks a clue or a household up in the stages find it.

Of what row-level security leaves of clues the planner expects one, and looks through a stage once for that one: with
25,000 clues it was 25,000 times, now and then, as the statistics happened to stand. By key each of them is one step.
"""

from django.db import migrations

BY_KEY = """
drop index stageclue_run, stagedhousehold_run;
create index stageclue_key on dispatch_stageclue (run, clue_id);
create index stagehousehold_key on dispatch_stagehousehold (run, household_id);
"""


class Migration(migrations.Migration):
    """The stages by key."""

    dependencies = [("dispatch", "0006_indexes_once")]

    operations = [migrations.RunSQL(BY_KEY, migrations.RunSQL.noop)]
