"""Owns devices and the codes they are enrolled with. Refuses people: a device knows an account and a place."""

from django.db import models


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

    A worker has at most one that is not ended; enrolling another one ends it.
    """

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    public_key = models.BinaryField()
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
        ]
