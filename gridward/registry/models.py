"""Owns households and residents, sealed, and the blind keys that find them. Refuses free search."""

from typing import Literal

from django.db import models

from gridward.kernel.sealing import personal


class Household(models.Model):
    """People behind one door, under one key domain. Provisional when the register did not know them."""

    id = models.UUIDField(primary_key=True)
    domain = models.TextField()
    order_id = models.UUIDField(null=True)
    data_key = models.UUIDField()
    area_pos = models.BigIntegerField()
    address = models.ForeignKey(
        "territory.Address", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.TextField()
    household_ref = models.TextField(db_default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "household_ref"],
                name="household_ref_once",
                condition=~models.Q(household_ref=""),
            )
        ]
        indexes = [
            models.Index(fields=["area_pos"], name="household_area"),
            models.Index(fields=["address"], name="household_address"),
        ]


class Resident(models.Model):
    """One person of a household. Every personal column is sealed with the household's data key."""

    id = models.UUIDField(primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = models.TextField()
    area_pos = models.BigIntegerField()
    resident_ref = models.TextField(db_default="")
    id_kind = models.TextField(db_default="")
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    #: Since when nobody is asked about this entry any more, and no key leads to it.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "resident_ref"],
                name="resident_ref_once",
                condition=~models.Q(resident_ref=""),
            )
        ]
        indexes = [
            models.Index(fields=["household"], name="resident_household"),
            models.Index(fields=["area_pos"], name="resident_area"),
        ]


class PersonKey(models.Model):
    """
    The blind indexes of one person's exact keys, each of 16 bytes. They die with their domain.

    One row a person, not one a key: a city has 4.5 million people and five keys each, and most of a row is not the
    key. `id_surname_key` has no index: whoever shares it shares `id_key`.
    """

    resident = models.OneToOneField(Resident, on_delete=models.CASCADE, primary_key=True, related_name="+")
    domain = models.TextField()
    household_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    id_key = models.BinaryField(null=True)
    id_surname_key = models.BinaryField(null=True)
    phone_surname_key = models.BinaryField(null=True)
    phone_name_key = models.BinaryField(null=True)
    door_name_key = models.BinaryField(null=True)
    #: Whom these keys lead to while their own entry is merged into another; household and area are that one's then.
    leads_to = models.UUIDField(null=True)

    class Meta:
        indexes = [
            # Hardly any.
            models.Index(
                fields=["leads_to"], name="personkey_leads_to", condition=models.Q(leads_to__isnull=False)
            ),
            models.Index(fields=["id_key"], name="personkey_id"),
            models.Index(fields=["phone_surname_key"], name="personkey_phone_surname"),
            models.Index(fields=["phone_name_key"], name="personkey_phone_name"),
            models.Index(fields=["door_name_key"], name="personkey_door_name"),
        ]


class ResidentValue(models.Model):
    """
    A value that a person had, sealed, from when to when, and what replaced it. None stands for a value there was not.

    `area_pos` is where the person is now, and goes along: who may be let see the person may be let see this.
    """

    id = models.UUIDField(primary_key=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = models.TextField()
    area_pos = models.BigIntegerField()
    field = models.TextField()
    value_sealed = models.BinaryField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    source = models.TextField()
    order_id = models.UUIDField()
    changed_by = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["resident", "valid_to"], name="residentvalue_resident"),
            # What corrections found to be wrong, for imports to ask: hardly any.
            models.Index(
                fields=["resident"], name="residentvalue_corrected", condition=models.Q(source="correction")
            ),
        ]


class Residence(models.Model):
    """
    Where a person lived until when: household, area and door, sealed as one. Where the person lives now is no history.

    `area_pos` is where the person is now, as with a value.
    """

    id = models.UUIDField(primary_key=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = models.TextField()
    area_pos = models.BigIntegerField()
    place_sealed = models.BinaryField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    source = models.TextField()
    order_id = models.UUIDField()
    changed_by = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["resident", "to_at"], name="residence_resident"),
            # What corrections found to be wrong, for imports to ask: hardly any.
            models.Index(
                fields=["resident"], name="residence_corrected", condition=models.Q(source="correction")
            ),
        ]


class Correction(models.Model):
    """
    What somebody says is wrong about a person, and what became of it. What it shall be is sealed until it is decided.

    `area_pos` is where the person is, and goes along. `is_small`: one officer may decide it alone.
    """

    id = models.UUIDField(primary_key=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = models.TextField()
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    task_id = models.UUIDField(null=True)
    kind = models.TextField()
    is_small = models.BooleanField()
    state = models.TextField()
    value_sealed = models.BinaryField(null=True)
    reason_sealed = models.BinaryField(null=True)
    found_by = models.TextField()
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_by = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"],
                name="one_waiting_correction_of_a_kind",
                condition=models.Q(state__in=["received", "acknowledged"]),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted")
                | models.Q(decided_by__isnull=False)
                & (
                    models.Q(is_small=True, kind__in=["name", "phone"])
                    | ~models.Q(decided_by=models.F("entered_by"))
                ),
                name="correction_has_a_second_pair_of_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "acknowledged"])
                | models.Q(value_sealed__isnull=True),
                name="decided_correction_keeps_no_value",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_pos", "due_at", "id"],
                name="correction_waiting",
                condition=models.Q(state__in=["received", "acknowledged"]),
            ),
            models.Index(fields=["resident", "entered_at"], name="correction_resident"),
        ]


class Merge(models.Model):
    """
    Two entries that are, or were held to be, one person: `merged` leads to `resident`, who stays.

    The merged entry is kept as it was, and only ended: whoever takes the two apart finds it so. `area_pos` is where
    the person who stays is, and goes along.
    """

    id = models.UUIDField(primary_key=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    merged = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = models.TextField()
    order_id = models.UUIDField()
    area_pos = models.BigIntegerField()
    state = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    merged_by = models.UUIDField(null=True)
    merged_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(resident=models.F("merged")), name="nobody_is_merged_with_oneself"
            ),
            models.UniqueConstraint(
                fields=["merged"], name="merged_into_one_person", condition=models.Q(state="merged")
            ),
            models.UniqueConstraint(
                fields=["resident", "merged"],
                name="one_proposal_a_pair",
                condition=models.Q(state="proposed"),
            ),
        ]
        indexes = [
            models.Index(fields=["area_pos", "proposed_at", "id"], name="merge_area"),
            models.Index(fields=["resident"], name="merge_stays", condition=models.Q(state="merged")),
        ]


class ImportRun(models.Model):
    """One import of one register file under one order, and how far it is: counts and hashes, nothing about people."""

    id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    domain = models.TextField()
    content_hash = models.TextField()
    state = models.TextField()
    reason = models.TextField(db_default="")
    rows_count = models.IntegerField()
    rows_done = models.IntegerField(db_default=0)
    starts_count = models.IntegerField(db_default=1)
    residents_count = models.IntegerField(db_default=0)
    households_count = models.IntegerField(db_default=0)
    doors_unknown_count = models.IntegerField(db_default=0)
    changed_count = models.IntegerField(db_default=0)
    moved_count = models.IntegerField(db_default=0)
    absent_count = models.IntegerField(db_default=0)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "content_hash"],
                name="import_run_open_once",
                condition=models.Q(state__in=["running", "stopped"]),
            )
        ]


class ImportLane(models.Model):
    """
    How many of its rows one lane of a run has done. Whose household falls to which lane is told by the file alone.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    rows_done = models.IntegerField(db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_lane_once")]


class Premises(models.Model):
    """A shop or an institution by its credit code: what it is and where. Nothing about a person."""

    id = models.UUIDField(primary_key=True)
    credit_code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    area_pos = models.BigIntegerField()
    address = models.TextField(db_default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credit_code"], name="one_entry_a_credit_code")]
        indexes = [models.Index(fields=["area_pos", "credit_code"], name="premises_area")]


class CarryRun(models.Model):
    """How far a signed carry-over is carried out: counts, nothing about people. One run a carry-over."""

    carry_over_id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    state = models.TextField()
    starts_count = models.IntegerField(db_default=1, default=1)
    residents_count = models.IntegerField(db_default=0, default=0)
    households_count = models.IntegerField(db_default=0, default=0)
    known_count = models.IntegerField(db_default=0, default=0)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()


_CLASSES: tuple[tuple[str, Literal["S2", "S3"]], ...] = (
    ("name_sealed", "S2"),
    ("id_number_sealed", "S3"),
    ("phone_sealed", "S2"),
)
for _column, _class in _CLASSES:
    personal("registry_resident", _column, sensitivity=_class, purpose="case_finding", retention="R_reg")
for _key in ("id_key", "id_surname_key", "phone_surname_key", "phone_name_key", "door_name_key"):
    personal("registry_personkey", _key, sensitivity="S3", purpose="case_finding", retention="R_reg")
personal(
    "registry_residentvalue", "value_sealed", sensitivity="S3", purpose="case_finding", retention="R_reg"
)
personal("registry_residence", "place_sealed", sensitivity="S2", purpose="case_finding", retention="R_reg")
personal("registry_correction", "value_sealed", sensitivity="S3", purpose="case_finding", retention="R_reg")
personal("registry_correction", "reason_sealed", sensitivity="S2", purpose="case_finding", retention="R_reg")
