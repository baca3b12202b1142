"""Owns legal bases, orders, profiles, access grants and the record of key domains. Refuses personal columns."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Profile(models.Model):
    """Every number of a disease or of the burden rules, each with its source. A version is never edited."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    parameters = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="profile_version_once")]


class LegalBasis(models.Model):
    """A basis other than an emergency order: labour records, consent, mediation. Each with its purposes."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    title = models.TextField()
    reference = models.TextField()
    purposes = ArrayField(models.TextField())
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class EmergencyOrder(models.Model):
    """
    The decision that opens collection: authority, area, purposes, bodies, at most 30 days, two signatures.

    It is active from `starts_at` to `ends_at` by the clock once both have signed; nobody switches it off. Only a signed
    extension moves `ends_at`.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    title = models.TextField()
    kind = models.TextField()
    authority = models.TextField()
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    area_code = models.TextField()
    area_pos = models.BigIntegerField()
    area_end = models.BigIntegerField()
    population_scope = models.TextField()
    necessity_note = models.TextField(db_default="")
    purposes = ArrayField(models.TextField())
    bodies = ArrayField(models.TextField())
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    extension_count = models.SmallIntegerField(db_default=0, default=0)

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="order_ends")]


class OrderSignature(models.Model):
    """One of the two signatures on an order: the issuing officer's or the privacy officer's."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(EmergencyOrder, on_delete=models.PROTECT, related_name="+")
    account_id = models.UUIDField()
    capacity = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "account_id"], name="one_signature_a_person"),
            models.UniqueConstraint(fields=["order", "capacity"], name="one_signature_a_capacity"),
        ]


class OrderExtension(models.Model):
    """
    A proposal to let an order last longer, from its present end. It takes effect with its second signature.

    A proposal from an end that is no longer the order's can never take effect.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(EmergencyOrder, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    assessment = models.TextField(db_default="")
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)


class ExtensionSignature(models.Model):
    """One of the two signatures on an extension, in the same capacities as on the order."""

    id = models.UUIDField(primary_key=True)
    extension = models.ForeignKey(OrderExtension, on_delete=models.PROTECT, related_name="+")
    account_id = models.UUIDField()
    capacity = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["extension", "account_id"], name="one_extension_signature_a_person"
            ),
            models.UniqueConstraint(
                fields=["extension", "capacity"], name="one_extension_signature_a_capacity"
            ),
        ]


class CarryOver(models.Model):
    """
    The decision that a successor order takes over the register kept under an order, for what lies inside its area.

    It binds with its second signature, once for two orders, and lets the register be copied from then on.
    """

    id = models.UUIDField(primary_key=True)
    from_order = models.ForeignKey(EmergencyOrder, on_delete=models.PROTECT, related_name="+")
    to_order = models.ForeignKey(EmergencyOrder, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_order", "to_order"],
                name="carried_over_once",
                condition=models.Q(signed_at__isnull=False),
            )
        ]


class CarryOverSignature(models.Model):
    """One of the two signatures on a carry-over, in the same capacities as on the order."""

    id = models.UUIDField(primary_key=True)
    carry_over = models.ForeignKey(CarryOver, on_delete=models.PROTECT, related_name="+")
    account_id = models.UUIDField()
    capacity = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carry_over", "account_id"], name="one_carry_over_signature_a_person"
            ),
            models.UniqueConstraint(
                fields=["carry_over", "capacity"], name="one_carry_over_signature_a_capacity"
            ),
        ]


class AccessGrant(models.Model):
    """Account may see household for a purpose under a basis, from – to. Written at assignment, ended at close."""

    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    household_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    purpose = models.TextField()
    basis_id = models.UUIDField()
    task_id = models.UUIDField(null=True)
    reason = models.TextField(db_default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account_id", "household_id"],
                name="grant_live",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(fields=["task_id"], name="grant_task"),
        ]


class KeyDomain(models.Model):
    """The public record of a key domain: when its key was made and destroyed. The key itself is elsewhere."""

    domain = models.TextField(primary_key=True)
    suite = models.TextField()
    fingerprint = models.TextField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)
