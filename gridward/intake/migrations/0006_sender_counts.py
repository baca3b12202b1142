"""
Shows a sender of the counts of its own lists what it may know: how many rows are answered, not where nor in which order.

The number of a count runs over the whole city, and its place is that of the list's order.
"""

from django.db import migrations

from gridward.kernel import walls


class Migration(migrations.Migration):
    """A department reads three columns of its counts."""

    dependencies = [("intake", "0005_answers")]

    operations = [
        walls.build(
            [
                "revoke select on intake_answercount from gridward_agency;",
                walls.grant(
                    "intake_answercount", "select", walls.AGENCY, columns=("batch_id", "agency_code", "answered")
                ),
            ]
        )
    ]
