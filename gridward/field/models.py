"""
Owns devices, the codes they are enrolled with, what was answered on them, and what a centre and its workers tell each
other. Refuses people: a device knows an account and a place, and answers are sealed.
"""

from django.db import models

from gridward.kernel.sealing import personal


class Enrolment(models.Model):
    """A code that turns one phone into a device of one worker: known by its hash, used once, over after minutes."""

    id = models.UUIDField(primary_key=True)
    code_hash = models.BinaryField(unique=True)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Device(models.Model):
    """
    A phone that was enrolled for one worker, known by the hash of its token and by the public half of its key.

    A worker has at most one that is not ended; enrolling another one ends it. `kind` is handheld or collect: the
    latter signs nothing and has no key, so the first number it says of itself is kept (`bound_hash`), and no other one
    is served.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(db_default="handheld", default="handheld")
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    public_key = models.BinaryField()
    bound_hash = models.BinaryField(null=True)
    token_hash = models.BinaryField(unique=True)
    enrolled_by = models.UUIDField()
    enrolled_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.TextField(db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], name="one_device_a_worker", condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, end_reason="")
                | models.Q(ended_at__isnull=False, end_reason__in=["lost", "returned", "replaced"]),
                name="device_ends_for_a_listed_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="handheld", bound_hash=None)
                | models.Q(kind="collect", public_key=b""),
                name="device_signs_or_is_bound",
            ),
        ]


class Submission(models.Model):
    """
    What was answered to one version of a form, by the phone's own id: sealed under a key of its own, which lies here
    wrapped by the order's.

    `told` is a blind index of the content, by which the same answers are known again. `steps` says what became of it.
    """

    id = models.UUIDField(primary_key=True)
    form_id = models.UUIDField()
    order_id = models.UUIDField()
    domain = models.TextField()
    account_id = models.UUIDField()
    device_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    task_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    done_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    key_id = models.UUIDField()
    key_wrapped = models.BinaryField()
    told = models.BinaryField()
    content_sealed = models.BinaryField()
    steps = models.JSONField(default=list)
    photo_count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["area_pos", "taken_at", "id"], name="submission_taken")]


class Photo(models.Model):
    """A photo that a submission names, by the phone's name for it: waited for until its content is here, sealed."""

    id = models.UUIDField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+", db_index=False)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    name = models.TextField()
    size = models.IntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    told = models.BinaryField(null=True)
    content_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "name"], name="photo_once"),
            models.CheckConstraint(
                condition=models.Q(taken_at=None, content_sealed=None, told=None)
                | models.Q(taken_at__isnull=False, content_sealed__isnull=False, told__isnull=False),
                name="photo_is_here_or_waited_for",
            ),
        ]


class Instruction(models.Model):
    """
    What a centre tells all workers of an area, or one of them: short words that hold for some days at most.

    Phones get it from `given_at` on. `from_name` is the centre as it was called then. `ended_at`: taken back.
    """

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField(null=True)
    area_pos = models.BigIntegerField()
    area_end = models.BigIntegerField()
    words = models.TextField()
    is_urgent = models.BooleanField()
    from_name = models.TextField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField()
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_at__lt=models.F("expires_at")), name="instruction_has_length"
            ),
        ]
        indexes = [
            models.Index(fields=["area_pos", "written_at", "id"], name="instruction_written"),
            models.Index(
                fields=["account_id"], name="instruction_to", condition=models.Q(account_id__isnull=False)
            ),
        ]


class Receipt(models.Model):
    """That a worker received an instruction, and did what it says: one row each, the first moment counts."""

    id = models.UUIDField(primary_key=True)
    instruction = models.ForeignKey(Instruction, on_delete=models.CASCADE, related_name="+", db_index=False)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instruction", "account_id"], name="receipt_once"),
        ]


class HelpCall(models.Model):
    """
    A worker needs help: of a few kinds, by the phone's own id, with neither words nor a place but the worker's grid.

    Whoever takes care of it closes it with one of a few outcomes. `risen_at`: nobody took it in time.
    """

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    kind = models.TextField()
    called_at = models.DateTimeField()
    received_at = models.DateTimeField()
    risen_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_name = models.TextField(db_default="", default="")
    taken_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(db_default="", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["injured", "threatened", "lost_way", "exposed", "other"]),
                name="help_of_a_listed_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(
                    closed_at__isnull=False, taken_at__isnull=False,
                    outcome__in=["safe", "went_there", "medical", "police", "mistake"],
                ),
                name="help_is_taken_before_it_is_closed",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["area_pos"], name="help_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["received_at"],
                name="help_nobody_took",
                condition=models.Q(taken_at__isnull=True, risen_at__isnull=True),
            ),
            models.Index(fields=["account_id", "called_at"], name="help_of_a_worker"),
        ]


class WorkPiece(models.Model):
    """
    A worker's own record of a piece of work, from – to: a labour record (purpose labour_record, kept for R_work).

    Nobody else reads it; the centre is told who is on duty and for whom it has been long, and nothing more.
    What is advised when is worked out as it begins, with the numbers of that day.
    """

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    began_at = models.DateTimeField()
    end_id = models.UUIDField(null=True, unique=True)
    ended_at = models.DateTimeField(null=True)
    is_forgotten = models.BooleanField(db_default=False, default=False)
    minutes_before = models.IntegerField()
    break_minutes = models.IntegerField()
    is_rest_short = models.BooleanField()
    rest_at = models.DateTimeField()
    stop_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"],
                name="one_duty_at_a_time",
                condition=models.Q(ended_at__isnull=True, is_forgotten=False),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="duty_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "began_at"], name="duty_of_a_worker"),
            models.Index(
                fields=["area_pos"],
                name="duty_running",
                condition=models.Q(ended_at__isnull=True, is_forgotten=False),
            ),
        ]


personal("field_submission", "content_sealed", sensitivity="S3", purpose="case_finding", retention="R_reg")
personal("field_photo", "content_sealed", sensitivity="S2", purpose="case_finding", retention="R_op")
