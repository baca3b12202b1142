"""Owns tasks, their subjects and pass results. Refuses more than one open task per household and order."""

from django.db import models

from gridward.kernel.sealing import personal


class Task(models.Model):
    """Everything asked about one household under one order, in the hand of one worker."""

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    household_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    priority = models.TextField()
    state = models.TextField()
    assignee_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    release_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    #: When somebody was met at the door and it is recorded how it was found out: what `coverage` counts as visited.
    visited_at = models.DateTimeField(null=True)
    #: When its people were last called or visited, and how often on the day of that: what the budgets count.
    asked_at = models.DateTimeField(null=True)
    asked_count = models.IntegerField(db_default=0, default=0)
    #: How far the clock has come with it: '' | reminded | raised.
    watch = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_id", "household_id"],
                name="one_open_task_a_household",
                condition=models.Q(state="open"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "closed"]), name="task_is_open_or_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_pos", "due_at", "id"], name="task_open", condition=models.Q(state="open")
            ),
            models.Index(fields=["assignee_id", "state"], name="task_assignee"),
            models.Index(
                fields=["order_id", "watch", "priority", "due_at"],
                name="task_watch",
                condition=models.Q(state="open", watch__in=["", "reminded"]),
            ),
            models.Index(
                fields=["area_pos", "closed_at"],
                name="task_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["due_at", "id", "order_id", "area_pos"],
                name="task_due",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["household_id", "order_id", "closed_at"],
                name="task_closed_household",
                condition=models.Q(state="closed"),
            ),
            models.Index(fields=["opened_at"], include=["area_pos", "order_id"], name="task_opened_at"),
            models.Index(
                fields=["area_pos", "release_at"],
                name="task_waiting",
                condition=models.Q(state="open", released_at__isnull=True),
            ),
            models.Index(
                fields=["closed_at", "id", "order_id", "area_pos"],
                include=["assignee_id"],
                name="task_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["asked_at", "area_pos"],
                include=["household_id", "asked_count"],
                name="task_asked",
                condition=models.Q(asked_at__isnull=False),
            ),
        ]


class DayPlan(models.Model):
    """What went out to one worker at one set time, and how far the walk of everything then in the hand is."""

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    plan_date = models.DateField()
    #: The set time it went out at; -1 is P1 that found its worker at night.
    batch_hour = models.IntegerField()
    released_at = models.DateTimeField()
    fresh_count = models.IntegerField()
    held_count = models.IntegerField()
    over_count = models.IntegerField()
    metres = models.IntegerField()
    arrival_metres = models.IntegerField()
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_id", "account_id", "plan_date", "batch_hour"],
                name="one_batch_a_worker_and_time",
                condition=models.Q(batch_hour__gte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["area_pos", "plan_date"], name="dayplan_area"),
            models.Index(fields=["account_id", "released_at"], name="dayplan_account"),
        ]


class PlanStop(models.Model):
    """One task of a plan, and its place in the order of the walk."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(DayPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_pos = models.BigIntegerField()
    task_id = models.UUIDField()
    place = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "place"], name="one_task_a_place")]


class TaskCount(models.Model):
    """
    How many tasks a place has had under an order, how many of them are closed, and in how many somebody was met at the
    door. Nobody writes it by hand.

    A place's number is the sum of its rows: the database adds one for each statement that changes tasks, in the same
    transaction, and folds them together later. Never update a row.
    """

    id = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    opened = models.BigIntegerField()
    closed = models.BigIntegerField()
    visited = models.BigIntegerField(db_default=0, default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["order_id", "area_pos"],
                include=["opened", "closed", "visited"],
                name="taskcount_place",
            ),
        ]


class Workload(models.Model):
    """
    How many households a worker has in the hand at a place under an order: open tasks that went out.

    Nobody writes it; kept and folded as `TaskCount`. Never update a row.
    """

    id = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    account_id = models.UUIDField()
    in_hand = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["order_id", "area_pos", "account_id"], include=["in_hand"], name="workload_place"
            ),
        ]


class Asked(models.Manager["TaskSubject"]):
    """The subjects that are asked, without those that were withdrawn."""

    def get_queryset(self) -> models.QuerySet["TaskSubject"]:
        """Return them."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class TaskSubject(models.Model):
    """
    One clue about one person in a task, with its own passes and its own outcome.

    One that was withdrawn, because the decision in review was taken back, is asked no more and stays for its passes.
    """

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_pos = models.BigIntegerField()
    clue_id = models.UUIDField()
    person_id = models.UUIDField()
    resident_id = models.UUIDField(null=True)
    channel_code = models.TextField()
    purpose = models.TextField()
    kind = models.TextField()
    priority = models.TextField()
    next_pass = models.TextField()
    outcome = models.TextField(db_default="")
    outcome_at = models.DateTimeField(null=True)
    outcome_reason = models.TextField(db_default="")
    withdrawn_at = models.DateTimeField(null=True)
    #: What became of these two passes: '' | done | the reason one was left out for, and was not made up for.
    phone_pass = models.TextField(db_default="", default="")
    visit_pass = models.TextField(db_default="", default="")

    objects = Asked()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue_id"],
                name="one_subject_a_clue",
                condition=models.Q(withdrawn_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["task"], name="subject_task"),
            models.Index(fields=["area_pos"], name="subject_area"),
            models.Index(
                fields=["area_pos"],
                include=["task_id", "phone_pass", "visit_pass"],
                name="subject_concluded",
                condition=~models.Q(outcome=""),
            ),
        ]


class PassResult(models.Model):
    """One result of one of the four passes on one subject. Append-only."""

    id = models.UUIDField(primary_key=True)
    # Found by the constraint that begins with it.
    subject = models.ForeignKey(TaskSubject, on_delete=models.PROTECT, related_name="+", db_index=False)
    task_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    pass_kind = models.TextField()
    result = models.TextField()
    reason = models.TextField(db_default="")
    evidence = models.JSONField(db_default={})
    note_sealed = models.BinaryField(null=True)
    #: The form it came on: a form that is sent again, because its answer was lost, is known by it.
    ask = models.UUIDField(null=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "pass_kind", "ask"], name="one_pass_a_form"),
            # The closed list of rules.SKIPS, once more where nobody gets past it.
            models.CheckConstraint(
                condition=~models.Q(result="skipped")
                | models.Q(pass_kind="phone", reason__in=["no_number", "at_the_door", "cannot_use_phone"])
                | models.Q(pass_kind="visit", reason="settled_by_phone"),
                name="skip_has_a_lawful_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["task_id", "at"], name="pass_task"),
        ]


class BudgetExcess(models.Model):
    """
    P1 went over a budget, and why: one word of a list. Append-only, no word about people.

    `budget` is worker (the households of a day) or household (the attempts of a day).
    """

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    task_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    budget = models.TextField()
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(budget__in=["worker", "household"]), name="excess_of_a_known_budget"
            ),
        ]
        indexes = [
            models.Index(fields=["area_pos", "at"], include=["budget", "reason"], name="excess_place"),
        ]


class PassDisagreement(models.Model):
    """A visit said the contrary of an earlier pass: a result of its own, append-only, one a subject and pass."""

    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(TaskSubject, on_delete=models.PROTECT, related_name="+", db_index=False)
    task_id = models.UUIDField()
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    pass_kind = models.TextField()
    was = models.TextField()
    outcome = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["task_id"], name="disagreement_task"),
            models.Index(fields=["order_id", "area_pos"], include=["pass_kind"], name="disagreement_place"),
        ]


personal("dispatch_passresult", "note_sealed", sensitivity="S2", purpose="case_finding", retention="R_reg")


class DoorLook(models.Model):
    """That an account looked a door up, and whether there was one. At which door stands in the ledger, as a hash."""

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    hit = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account_id", "at"], name="doorlook_hour")]
