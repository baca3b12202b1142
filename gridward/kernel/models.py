"""Owns the tables every room stands on: facts, ledger, data keys. Refuses domain nouns and personal content."""

from django.db import models


class Fact(models.Model):
    """One announced fact: a kind and ids, written in the transaction that made it true."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    ids = models.JSONField()
    announced_at = models.DateTimeField()
    drained_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="fact_undrained", condition=models.Q(drained_at__isnull=True)),
        ]


class Delivery(models.Model):
    """A listener has dealt with a fact. The pair is unique, which makes every listener idempotent."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="+")
    listener = models.TextField()
    delivered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "listener"], name="fact_delivered_once")]


class Failure(models.Model):
    """A listener has failed on a fact so far; gone once it succeeds. Set aside: tried no more until asked for."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="+")
    listener = models.TextField()
    attempt_count = models.IntegerField()
    error = models.TextField()
    failed_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact", "listener"], name="failure_counted_once"),
            models.CheckConstraint(
                name="failure_waits_or_is_set_aside",
                condition=models.Q(next_at__isnull=False, set_aside_at__isnull=True)
                | models.Q(next_at__isnull=True, set_aside_at__isnull=False),
            ),
        ]


class LedgerEntry(models.Model):
    """Who did what to which object under which basis, without content. Append-only (see the migration)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    role = models.TextField(db_default="")
    action = models.TextField()
    object_kind = models.TextField(db_default="")
    object_hash = models.TextField(db_default="")
    purpose = models.TextField(db_default="")
    basis = models.TextField(db_default="")
    task = models.TextField(db_default="")
    result = models.TextField(db_default="ok")
    reason = models.TextField(db_default="")
    detail = models.TextField(db_default="{}")

    class Meta:
        indexes = [models.Index(fields=["action", "-id"], name="ledgerentry_action")]


class LedgerSeal(models.Model):
    """The position of an entry in the chain, given after the fact by the sealer, in a table of its own."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    entry_hash = models.BinaryField()
    chain_hash = models.BinaryField()
    sealed_at = models.DateTimeField()


class LedgerHead(models.Model):
    """The chain's head after a batch was sealed: position, hash, watermark, and its signature once exported."""

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    chain_hash = models.BinaryField()
    watermark = models.TextField()
    sealed_at = models.DateTimeField()
    signature = models.BinaryField(null=True)
    key_id = models.TextField(db_default="")


class DataKey(models.Model):
    """A data key of one household (or worker) in one key domain, wrapped by the domain key outside the database."""

    id = models.UUIDField(primary_key=True)
    domain = models.TextField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["domain"], name="datakey_domain")]
