"""
Keeps with each department that was called when, and to which level, a whistle rose for want of its answer.

The clock alone writes it. The department reads it on its own row; the whistle's level stays hidden from it, as before.
"""

from django.db import migrations, models

from gridward.kernel import walls

CALL = "dispatch_whistlecall"


class Migration(migrations.Migration):
    """What a department is told of its own delay."""

    dependencies = [("dispatch", "0018_coverage")]

    operations = [
        migrations.AddField("whistlecall", "risen_at", models.DateTimeField(null=True)),
        migrations.AddField("whistlecall", "risen_level", models.TextField(db_default="")),
        walls.build([walls.grant(CALL, "update", walls.JOB, columns=("risen_at", "risen_level"))]),
    ]
