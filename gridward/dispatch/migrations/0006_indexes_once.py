"""Takes away two indexes that others begin with: of subjects by task there were two, of passes by subject as well."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def foreign(to: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, db_index=False)


class Migration(migrations.Migration):
    """One index for one question."""

    dependencies = [("dispatch", "0005_stages")]

    operations = [
        migrations.AlterField("tasksubject", "task", foreign("dispatch.task")),
        migrations.AlterField("passresult", "subject", foreign("dispatch.tasksubject")),
    ]
