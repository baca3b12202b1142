"""
Owns devices, the codes they are enrolled with, and what was answered on them. Refuses people: a device knows an account
and a place, and answers are sealed.
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


personal("field_submission", "content_sealed", sensitivity="S3", purpose="case_finding", retention="R_reg")
personal("field_photo", "content_sealed", sensitivity="S2", purpose="case_finding", retention="R_op")
