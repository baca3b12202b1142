"""Owns channels, batches, their rejects, clues and the review queue. Refuses lists to the field."""

from typing import Literal

from django.db import models

from gridward.kernel.sealing import personal

_NOBODY_YET = models.Q(person_id__isnull=True)


class Channel(models.Model):
    """
    One department's feed: its agency, purpose, kind of clue, priority and remembered column mapping.

    `mapping` holds the words its lists used, {header: field}; `layouts` what a person confirmed, whole headings at a
    time, the newest first.
    """

    code = models.TextField(primary_key=True)
    agency_code = models.TextField()
    name = models.TextField()
    purpose = models.TextField()
    clue_kind = models.TextField()
    priority = models.TextField()
    mapping = models.JSONField(db_default={})
    layouts = models.JSONField(db_default=[], default=list)
    #: What it may send a day; without a number of its own, what the order's profile says.
    lists_a_day = models.IntegerField(null=True)
    rows_a_day = models.IntegerField(null=True)


class Batch(models.Model):
    """One list as received. `rows = accepted + rejected`; `accepted = merged + new + waiting`."""

    id = models.UUIDField(primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    agency_code = models.TextField()
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    content_hash = models.BinaryField()
    filename = models.TextField()
    format = models.TextField(db_default="")
    state = models.TextField()
    refusal = models.TextField(db_default="")
    #: How many rows the file holds, as it came in; counted anew when it is resolved.
    told_rows = models.IntegerField(db_default=0, default=0)
    row_count = models.IntegerField(db_default=0)
    accepted_count = models.IntegerField(db_default=0)
    rejected_count = models.IntegerField(db_default=0)
    merged_count = models.IntegerField(db_default=0)
    new_count = models.IntegerField(db_default=0)
    waiting_count = models.IntegerField(db_default=0)
    #: Of the merged: rows whose person an earlier row of the list named, or an earlier list of the channel.
    list_repeat_count = models.IntegerField(db_default=0, default=0)
    channel_repeat_count = models.IntegerField(db_default=0, default=0)
    #: Of the accepted: whose document number or telephone cannot be used, whose address led to no grid.
    id_unusable_count = models.IntegerField(db_default=0, default=0)
    phone_unusable_count = models.IntegerField(db_default=0, default=0)
    unplaced_count = models.IntegerField(db_default=0, default=0)
    #: {reason: how many rows were rejected for it}, so that nobody has to count them again.
    reject_counts = models.JSONField(db_default={}, default=dict)
    asks_avoided_count = models.IntegerField(db_default=0)
    columns = models.JSONField(db_default={})
    #: {field: heading's key} where somebody said which column is what; else the reader proposes it anew.
    layout = models.JSONField(db_default={}, default=dict)
    notes = models.JSONField(db_default={})
    merkle_root = models.BinaryField(null=True)
    received_by = models.TextField()
    received_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "order_id", "content_hash"],
                name="same_list_once",
                condition=~models.Q(state="refused"),
            ),
            models.CheckConstraint(
                condition=models.Q(row_count=models.F("accepted_count") + models.F("rejected_count")),
                name="rows_are_accepted_or_rejected",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    accepted_count=models.F("merged_count")
                    + models.F("new_count")
                    + models.F("waiting_count")
                ),
                name="accepted_are_merged_new_or_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    merged_count__gte=models.F("list_repeat_count") + models.F("channel_repeat_count")
                ),
                name="repeats_are_merged",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "id"], name="batch_newest"),
            models.Index(fields=["channel", "received_at"], name="batch_of_channel_by_day"),
            models.Index(
                fields=["received_at"], name="batch_waits_for_columns", condition=models.Q(state="mapping")
            ),
        ]


class QuotaPass(models.Model):
    """One list of a channel may come in beyond its day's share, once, today; `batch_id` is the one that did."""

    id = models.UUIDField(primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    opened_by = models.TextField()
    opened_at = models.DateTimeField()
    batch_id = models.UUIDField(null=True)


class BatchReject(models.Model):
    """One rejected row: where and why, in a stable code. Never what stood in the row."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    agency_code = models.TextField()
    area_pos = models.BigIntegerField()
    row_number = models.IntegerField()
    column = models.TextField()
    code = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="reject_row_once")]


def _by(column: str, name: str) -> models.Index:
    """Return the index of the rows that have this column: no order stands in front, a key is of one order's domain."""
    return models.Index(fields=[column], name=name, condition=models.Q((f"{column}__isnull", False)))


class Clue(models.Model):
    """
    One accepted row. `person_id` joins all clues of one order about the same person.

    `count_state` is what the batch counted it as (merged | new | waiting); `state` is where it is now
    (waiting | ready | dispatched | closed). Outcome columns are all a sender ever sees of it.
    """

    id = models.UUIDField(primary_key=True)
    # Every index a clue does not need is written a million times: the batch is found by its rows, and the channel is
    # the batch's, which holds it to one that exists.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agency_code = models.TextField()
    order_id = models.UUIDField()
    row_number = models.IntegerField()
    kind = models.TextField()
    purpose = models.TextField()
    priority = models.TextField()
    area_pos = models.BigIntegerField()
    count_state = models.TextField()
    #: Whether an earlier row of its own list (list) or of an earlier list of its channel (channel) named the person.
    repeats = models.TextField(db_default="", default="")
    state = models.TextField()
    waiting_reason = models.TextField(db_default="")
    match_rule = models.TextField(db_default="")
    candidates = models.JSONField(db_default=[])
    person_id = models.UUIDField(null=True)
    resident_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    task_id = models.UUIDField(null=True)
    data_key = models.UUIDField()
    name_sealed = models.BinaryField(null=True)
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    id_key = models.BinaryField(null=True)
    id_surname_key = models.BinaryField(null=True)
    phone_key = models.BinaryField(null=True)
    door_key = models.BinaryField(null=True)
    outcome = models.TextField(db_default="")
    outcome_at = models.DateTimeField(null=True)
    outcome_reason = models.TextField(db_default="")
    #: How many of its questions are answered with evidence: by a call or visit that says how it was found out.
    proved_count = models.SmallIntegerField(db_default=0, default=0)
    #: What `counting` hashed of the row as it was received, since a correction renewed its keys.
    leaf = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    #: What was decided in review about this row or one that says the same; for a row that waits, what is in doubt.
    decision_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="clue_row_once"),
            models.UniqueConstraint(
                fields=["order_id", "person_id"],
                name="one_new_clue_a_person",
                condition=models.Q(count_state="new"),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | _NOBODY_YET, name="who_waits_is_nobody_yet"
            ),
            models.CheckConstraint(
                condition=models.Q(proved_count=0) | models.Q(proved_count__gt=0, state="closed"),
                name="proved_is_closed",
            ),
        ]
        # None knows `state` or the outcome: with the room its table leaves on each page, a clue that goes into a task
        # and is answered is then written in its place, and no index again.
        indexes = [
            models.Index(fields=["area_pos", "id"], name="clue_waiting", condition=_NOBODY_YET),
            models.Index(fields=["id"], name="clue_oldest_waiting", condition=_NOBODY_YET),
            _by("id_key", "clue_id_key"),
            _by("phone_key", "clue_phone_key"),
            _by("door_key", "clue_door_key"),
            _by("resident_id", "clue_resident"),
            _by("decision_id", "clue_decision"),
            # Beside `one_new_clue_a_person`, which has the rows counted as new; who is registered is found as resident.
            models.Index(
                fields=["order_id", "person_id"],
                name="clue_person_again",
                condition=~models.Q(count_state="new")
                & models.Q(person_id__isnull=False, resident_id__isnull=True),
            ),
        ]


class Decision(models.Model):
    """
    What a person decided in review about one row, until it is taken back or another decision stands in its place.

    `mark` is the strongest blind key of what the row said: the next row that says the same is decided by it.
    `passed_over` are the residents who could have been chosen and were not; `data_key` the row's key while it waited.
    """

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    clue_id = models.UUIDField()
    #: Where the row waited, so that whoever may decide it may see what was decided.
    area_pos = models.BigIntegerField()
    kind = models.TextField()
    mark = models.BinaryField(null=True)
    resident_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    passed_over = models.JSONField(db_default=[])
    data_key = models.UUIDField()
    decided_by = models.TextField()
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(db_default="")
    ended_why = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue_id"], name="one_decision_a_row", condition=models.Q(ended_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["order_id", "mark"],
                name="decision_mark",
                condition=models.Q(ended_at__isnull=True, mark__isnull=False),
            ),
            models.Index(
                fields=["decided_by", "-decided_at"],
                name="decision_own_last",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]


class AnswerCount(models.Model):
    """
    How many rows of a list are answered, and how. Nobody writes it by hand: a list's number is the sum of its rows.

    `fate` is the outcome, or the code by which a row was given back, or `repeat` where
    the person was named before. The database adds a row with every answer, in the same transaction, and folds them
    together later.
    """

    id = models.BigAutoField(primary_key=True)
    batch_id = models.UUIDField()
    agency_code = models.TextField()
    area_pos = models.BigIntegerField()
    fate = models.TextField(db_default="", default="")
    answered = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["batch_id"],
                include=["agency_code", "area_pos", "fate", "answered"],
                name="answercount_batch",
            ),
        ]


class WaitCount(models.Model):
    """How many rows wait for review at a place: the sum of its rows, kept as the counts of answers are."""

    id = models.BigAutoField(primary_key=True)
    area_pos = models.BigIntegerField()
    waiting = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["area_pos"], include=["waiting"], name="waitcount_place")]


class ClueCount(models.Model):
    """
    How many clues of a kind a place received under an order, how many are closed, how many verified and how many of
    their questions answered with evidence. Nobody writes it by hand; a place's number is the sum of its rows.
    """

    id = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    kind = models.TextField()
    received = models.BigIntegerField()
    closed = models.BigIntegerField()
    verified = models.BigIntegerField()
    proved = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["order_id", "area_pos"],
                include=["kind", "received", "closed", "verified", "proved"],
                name="cluecount_place",
            )
        ]


class Webhook(models.Model):
    """
    Where a department wants its outcomes pushed to, until it ends it.

    What is sent is signed with a secret that follows from id, `version` and the house's own key: it is kept nowhere.
    """

    id = models.UUIDField(primary_key=True)
    agency_code = models.TextField()
    url = models.TextField()
    version = models.SmallIntegerField(db_default=1, default=1)
    created_by = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "url"],
                name="one_live_webhook_an_address",
                condition=models.Q(ended_at__isnull=True),
            )
        ]


class Delivery(models.Model):
    """
    One push: which of the department's own rows it tells about, and what became of it.

    `state` is waiting | delivered | given_up; `answer` is the last status, or in a word why there was none.
    """

    id = models.UUIDField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="+")
    agency_code = models.TextField()
    order_id = models.UUIDField()
    clue_ids = models.JSONField()
    state = models.TextField(db_default="waiting", default="waiting")
    attempts = models.SmallIntegerField(db_default=0, default=0)
    next_at = models.DateTimeField()
    answer = models.TextField(db_default="", default="")
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["agency_code", "-created_at", "id"], name="delivery_newest"),
        ]


_CLASSES: tuple[tuple[str, Literal["S2", "S3"]], ...] = (
    ("name_sealed", "S2"),
    ("id_number_sealed", "S3"),
    ("phone_sealed", "S2"),
    ("address_sealed", "S2"),
    ("id_key", "S3"),
    ("id_surname_key", "S3"),
    ("phone_key", "S3"),
    ("door_key", "S3"),
)
for _column, _class in _CLASSES:
    personal("intake_clue", _column, sensitivity=_class, purpose="case_finding", retention="R_reg")
personal("intake_decision", "mark", sensitivity="S3", purpose="case_finding", retention="R_reg")
