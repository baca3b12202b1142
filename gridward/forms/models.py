"""Owns forms and their versions. Refuses people: nothing here is about anybody, and what is answered lies elsewhere."""

from django.db import models


class FormVersion(models.Model):
    """
    One version of a form: the workbook as it came, what phones get of it, and who answers for it until when.

    Drafted, published (one version of a form at a time), ended. Whoever drafts does not publish.
    """

    id = models.UUIDField(primary_key=True)
    form_code = models.TextField()
    version = models.TextField()
    title = models.TextField()
    owner_code = models.TextField()
    purpose = models.TextField()
    replaces = models.TextField(db_default="")
    state = models.TextField()
    filename = models.TextField()
    content_hash = models.TextField()
    workbook = models.BinaryField()
    xform = models.TextField()
    questions = models.JSONField()
    field_count = models.IntegerField()
    sunset_at = models.DateTimeField()
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_code", "version"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["form_code"], name="form_published_once", condition=models.Q(state="published")
            ),
            models.CheckConstraint(
                condition=models.Q(published_by=None) | ~models.Q(published_by=models.F("drafted_by")),
                name="form_has_a_second_pair_of_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at=None)
                | models.Q(state="published", published_at__isnull=False, ended_at=None)
                | models.Q(state="ended", ended_at__isnull=False),
                name="form_state_says_what_happened",
            ),
        ]
        indexes = [models.Index(fields=["drafted_at", "id"], name="form_drafted")]


class FormPlace(models.Model):
    """Where a published version is asked: one area and everything in it."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    area_code = models.TextField()
    area_pos = models.BigIntegerField()
    area_end = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "area_code"], name="form_place_once")]
