"""
Tells a worker of the whistles about a household in the own hand, and of those a street blows about none.

A worker reads what is asked, who is called and what each said; not who blew it, nor where it rose to. That an answer was
received is a row of its own, which the centre reads beside the answer.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

WHISTLE, CALL, RECEIPT = "dispatch_whistle", "dispatch_whistlecall", "dispatch_whistlereceipt"
OWN = "account_id = (select kernel_scope_account())"
FOR_WORKER = (
    "id", "task_id", "from_pos", "question", "words", "priority", "state", "blown_at", "closing", "closed_at",
)  # fmt: skip
CALL_FOR_WORKER = ("id", "whistle_id", "agency_code", "is_lead", "state", "reply_by", "words", "answered_at")
IN_HAND = f"""
exists (select from dispatch_task t where t.id = {WHISTLE}.task_id and t.state = 'open'
         and t.released_at is not null and t.assignee_id = (select kernel_scope_account()))
"""
OF_OWN_STREET = f"""
{WHISTLE}.task_id is null and exists (select from territory_area a where a.pos = {WHISTLE}.from_pos
  and a.level = 'street' and int8range(a.pos, a.end_pos) && (select kernel_scope_ranges()))
"""
TOLD = f"exists (select from {WHISTLE} w where w.id = {CALL}.whistle_id)"
READ = f"exists (select from {CALL} c where c.id = {RECEIPT}.call_id)"
CONFIRMED = f"""
{OWN} and exists (select from {CALL} c join {WHISTLE} w on w.id = c.whistle_id
                   where c.id = call_id and w.task_id is not null)
"""


class Migration(migrations.Migration):
    """What a worker is told of whistles, and the receipt."""

    dependencies = [("dispatch", "0023_passes_told"), ("territory", "0003_sayings")]

    operations = [
        migrations.CreateModel(
            name="WhistleReceipt",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("answer", models.TextField()),
                ("received_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                        to="dispatch.whistlecall",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["call", "account_id", "answer"], name="answer_received_once"),
                ],
            },
        ),
        walls.build(
            [
                walls.grant(WHISTLE, "select", walls.WORKER, columns=FOR_WORKER),
                walls.grant(CALL, "select", walls.WORKER, columns=CALL_FOR_WORKER),
                walls.policy(WHISTLE, "in_hand", IN_HAND, walls.WORKER, command="select"),
                walls.policy(WHISTLE, "of_own_street", OF_OWN_STREET, walls.WORKER, command="select"),
                walls.policy(CALL, "told", TOLD, walls.WORKER, command="select"),
                walls.shut(RECEIPT),
                walls.grant(RECEIPT, "select", walls.CENTRE, walls.WORKER),
                walls.grant(RECEIPT, "insert", walls.WORKER),
                walls.policy(RECEIPT, "of_own_whistles", READ, walls.CENTRE, command="select"),
                walls.policy(RECEIPT, "own", OWN, walls.WORKER, command="select"),
                walls.policy(RECEIPT, "confirms", CONFIRMED, walls.WORKER, command="insert"),
            ]
        ),
    ]  # fmt: skip
