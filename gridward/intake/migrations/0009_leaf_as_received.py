"""
Keeps the hash of a row as it was received once a correction renews its keys: the list's root can still be worked out.
"""

from django.db import migrations, models

from gridward.kernel import walls


class Migration(migrations.Migration):
    """The leaf of a corrected row."""

    dependencies = [("intake", "0008_decisions")]

    operations = [
        migrations.AddField("clue", "leaf", models.BinaryField(null=True)),
        # What a row said that was wrong answers no later row: the decision stays, without the key by what was wrong.
        walls.build([walls.grant("intake_decision", "update", walls.JOB, columns=["mark"])]),
    ]
