"""Owns accounts, sealed profiles, agencies, assignments and login sessions. Refuses residents."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from gridward.kernel.sealing import personal


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by handle."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account with this handle."""
        return self.get(handle=username)


class Account(AbstractBaseUser):
    """Who can sign in. Carries a handle and no personal data; the person is in WorkerProfile, sealed."""

    id = models.UUIDField(primary_key=True)
    handle = models.TextField(unique=True)
    is_active = models.BooleanField(db_default=True, default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class WorkerProfile(models.Model):
    """The person behind an account: labour record under its own basis, sealed in the domain `standing`."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="+")
    area_pos = models.BigIntegerField()
    worker_ref = models.TextField(unique=True)
    employment = models.TextField()
    data_key = models.UUIDField()
    name_sealed = models.BinaryField()
    phone_sealed = models.BinaryField(null=True)


class Agency(models.Model):
    """A partner department."""

    code = models.TextField(primary_key=True)
    name = models.TextField()


class Assignment(models.Model):
    """An account holds a role in an area (or for an agency), from – to."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    area_code = models.TextField(db_default="")
    area_pos = models.BigIntegerField(null=True)
    area_end = models.BigIntegerField(null=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    responsible = models.BooleanField(db_default=False, default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_pos"],
                name="one_responsible_worker_a_grid",
                condition=models.Q(responsible=True, ends_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["account"], name="assignment_account")]


class LoginSession(models.Model):
    """
    A live sign-in, known by the hash of its key. The database scope is derived from it.

    `kind` is web, cli, token, device or collect: a token is a machine's, and its `label` says which; a device is a
    worker's handheld, collect a worker's phone with ODK Collect.
    """

    key_hash = models.BinaryField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField()
    label = models.TextField(db_default="")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Absence(models.Model):
    """
    A worker is away from – until, entered by the centre, with one of a few kinds of reason and no word beside it.

    `area_pos` is the worker's first grid; whom the centre named to stand in is `substitute_id`.
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_pos = models.BigIntegerField()
    kind = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    substitute_id = models.UUIDField(null=True)
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    #: Back earlier than entered, or never gone.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="absence_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["leave", "rest", "quarantine", "other"]),
                name="absence_has_a_listed_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_pos", "ends_at"], name="absence_area", condition=models.Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["account", "ends_at"],
                name="absence_account",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]


class Cover(models.Model):
    """An account stands in for whoever answers for a grid; while it lasts the grid is in its scope."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_code = models.TextField()
    area_pos = models.BigIntegerField()
    #: A centre named this account; otherwise it was the one with the fewest households in its day.
    named = models.BooleanField()
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_pos"],
                name="one_stands_in_a_grid",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="cover_account", condition=models.Q(ended_at__isnull=True)),
        ]


for _column in ("name_sealed", "phone_sealed"):
    personal(
        "workforce_workerprofile", _column, sensitivity="S2", purpose="labour_record", retention="R_work"
    )
