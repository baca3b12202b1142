"""
Lets a row write fewer and shorter entries into the indexes of clues.

Every row wrote one into each index of a key, whether it had the key or not, with its order in front, which says nothing:
a blind key is of one order's domain. Of merged rows `clue_person_again` held all; registered people are found as
residents, so it keeps those the register does not know.
"""

from django.db import migrations, models
from django.db.models import Q


def found_by(name: str, column: str) -> list[migrations.operations.base.Operation]:
    """Return the operations that make an index anew: by this column alone, of the rows that have it."""
    held = Q((f"{column}__isnull", False))
    return [
        migrations.RemoveIndex("clue", name),
        migrations.AddIndex("clue", models.Index(fields=[column], name=name, condition=held)),
    ]


class Migration(migrations.Migration):
    """Shorter indexes, and nothing in them of rows that have no key."""

    dependencies = [("intake", "0015_quality")]

    operations = [
        *found_by("clue_id_key", "id_key"),
        *found_by("clue_phone_key", "phone_key"),
        *found_by("clue_door_key", "door_key"),
        *found_by("clue_resident", "resident_id"),
        migrations.RemoveIndex("clue", "clue_person_again"),
        migrations.AddIndex(
            "clue",
            models.Index(
                fields=["order_id", "person_id"],
                name="clue_person_again",
                condition=~Q(count_state="new") & Q(person_id__isnull=False, resident_id__isnull=True),
            ),
        ),
    ]
