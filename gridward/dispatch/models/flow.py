"""Owns what goes from hand to hand: hand-overs, escalations, whistles. Refuses any word about people in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gridward.dispatch.models.tasks import Task


class Handover(models.Model):
    """
    A task on its way to another grid: proposed, then taken over, declined, or left to the street above both.

    `area_pos` is where it lies to be decided. No word about people: a kind, two places and a count.
    """

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField()
    kind = models.TextField()
    state = models.TextField()
    area_pos = models.BigIntegerField()
    from_pos = models.BigIntegerField()
    to_pos = models.BigIntegerField()
    street_pos = models.BigIntegerField()
    priority = models.TextField()
    people_count = models.IntegerField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.TextField(db_default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                name="one_waiting_handover_a_task",
                condition=models.Q(state__in=["proposed", "street"]),
            ),
        ]
        indexes = [
            models.Index(fields=["task"], name="handover_task"),
            models.Index(
                fields=["area_pos"],
                name="handover_waiting",
                condition=models.Q(state__in=["proposed", "street"]),
            ),
            models.Index(
                fields=["order_id", "due_at"], name="handover_due", condition=models.Q(state="proposed")
            ),
        ]


class Escalation(models.Model):
    """
    A task that lies with a level above its grid: since when, why, and what was decided there. No word about people.

    `area_pos` is the place of the level it lies with, `from_pos` that of its task; `next_at` is when the clock takes it
    on. At most one of a task is open.
    """

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    run_id = models.UUIDField()
    order_id = models.UUIDField()
    level = models.TextField()
    area_pos = models.BigIntegerField()
    from_pos = models.BigIntegerField()
    kind = models.TextField()
    words = models.TextField(db_default="")
    state = models.TextField()
    raised_by = models.TextField()
    raised_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    decided_by = models.TextField(db_default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], name="lies_with_one_level", condition=models.Q(state="open")
            ),
            models.UniqueConstraint(
                fields=["task"], name="extended_once", condition=models.Q(state="extended")
            ),
            models.CheckConstraint(
                name="escalation_level",
                condition=models.Q(level__in=["community", "street", "district", "city"]),
            ),
        ]
        indexes = [
            models.Index(fields=["task", "raised_at"], name="escalation_task"),
            models.Index(
                fields=["area_pos", "raised_at", "id"],
                include=["level"],
                name="escalation_open",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["from_pos", "raised_at", "id"],
                name="escalation_risen",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["order_id", "next_at"],
                name="escalation_next",
                condition=models.Q(next_at__isnull=False),
            ),
        ]


class Whistle(models.Model):
    """
    A street, or a wider level, calls departments to a place. No word about people.

    `from_pos` is who blew, `area_pos` the level it lies with (it rises when nobody answers), `place_pos` the place as a
    department may know it: a community at most.
    """

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    task_id = models.UUIDField(null=True)
    level = models.TextField()
    area_pos = models.BigIntegerField()
    from_pos = models.BigIntegerField()
    place_pos = models.BigIntegerField()
    question = models.TextField()
    words = models.TextField()
    priority = models.TextField()
    lead_code = models.TextField()
    agency_codes = ArrayField(models.TextField())
    state = models.TextField()
    blown_by = models.TextField()
    blown_at = models.DateTimeField()
    closing = models.TextField(db_default="")
    closed_by = models.TextField(db_default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="whistle_from_a_street_up",
                condition=models.Q(level__in=["street", "district", "city"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["from_pos", "blown_at", "id"], name="whistle_blown", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["area_pos", "blown_at", "id"], name="whistle_lies", condition=models.Q(state="open")
            ),
            models.Index(fields=["task_id"], name="whistle_task", condition=models.Q(task_id__isnull=False)),
        ]


class WhistleCall(models.Model):
    """One department that a whistle calls, until when it answers, and what it said. `area_pos` is who blew."""

    id = models.UUIDField(primary_key=True)
    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField()
    agency_code = models.TextField()
    is_lead = models.BooleanField()
    area_pos = models.BigIntegerField()
    place_pos = models.BigIntegerField()
    state = models.TextField()
    is_open = models.BooleanField()
    reply_by = models.DateTimeField()
    #: When the clock takes the whistle a level higher; nothing once the department has answered.
    next_at = models.DateTimeField(null=True)
    #: When, and to which level, the whistle rose because this department had not answered; it reads that, too.
    risen_at = models.DateTimeField(null=True)
    risen_level = models.TextField(db_default="")
    words = models.TextField(db_default="")
    answered_by = models.TextField(db_default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whistle", "agency_code"], name="called_once"),
            models.UniqueConstraint(
                fields=["whistle"], name="one_lead_a_whistle", condition=models.Q(is_lead=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency_code", "reply_by", "id"],
                name="whistlecall_agency",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["order_id", "next_at"],
                name="whistlecall_next",
                condition=models.Q(next_at__isnull=False),
            ),
        ]


class WhistleReceipt(models.Model):
    """That a worker received what a department answered about a household in hand: each answer once."""

    id = models.UUIDField(primary_key=True)
    call = models.ForeignKey(WhistleCall, on_delete=models.CASCADE, related_name="+", db_index=False)
    account_id = models.UUIDField()
    answer = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "account_id", "answer"], name="answer_received_once"),
        ]


class Supervision(models.Model):
    """
    A time that supervision sets for a task (`order`), or the check of a closed one of the sample (`check`).

    `by` is who supervises, nobody while a drawn task waits. Nobody who had a hand in the task: the database refuses.
    """

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    kind = models.TextField()
    state = models.TextField()
    words = models.TextField(db_default="")
    due_at = models.DateTimeField(null=True)
    by = models.TextField(db_default="")
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], name="one_time_set_a_task", condition=models.Q(state="open")
            ),
            models.UniqueConstraint(
                fields=["task"], name="one_check_a_task", condition=models.Q(kind="check")
            ),
            models.CheckConstraint(
                name="supervision_says_who",
                condition=models.Q(state="waiting", by="") | ~models.Q(by=""),
            ),
        ]
        indexes = [
            models.Index(fields=["task", "by"], name="supervision_task"),
            models.Index(
                fields=["area_pos", "at", "id"],
                name="supervision_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(
                fields=["area_pos", "due_at", "id"],
                name="supervision_open",
                condition=models.Q(state="open"),
            ),
        ]
