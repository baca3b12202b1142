"""Finds the rows that an earlier decision has decided, for a decision that others rest on is not taken back."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """An index of the few rows that rest on a decision."""

    dependencies = [("intake", "0010_layouts")]

    operations = [
        migrations.AddIndex(
            "clue",
            models.Index(fields=["decision_id"], name="clue_decision", condition=Q(decision_id__isnull=False)),
        ),
    ]
