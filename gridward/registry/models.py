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
    address = models.ForeignKey("territory.Address", on_delete=models.PROTECT, null=True, related_name="+")
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
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    domain = models.TextField()
    area_pos = models.BigIntegerField()
    resident_ref = models.TextField(db_default="")
    id_kind = models.TextField(db_default="")
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()

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
    """A blind index of one exact key of a person: `id`, `phone_surname` or `name_door`. Dies with its domain."""

    id = models.BigAutoField(primary_key=True)
    domain = models.TextField()
    kind = models.TextField()
    value = models.BinaryField()
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    household_id = models.UUIDField()
    area_pos = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "kind", "value", "resident"], name="person_key_once")
        ]


_CLASSES: tuple[tuple[str, Literal["S2", "S3"]], ...] = (
    ("name_sealed", "S2"),
    ("id_number_sealed", "S3"),
    ("phone_sealed", "S2"),
)
for _column, _class in _CLASSES:
    personal("registry_resident", _column, sensitivity=_class, purpose="case_finding", retention="R_reg")
personal("registry_personkey", "value", sensitivity="S3", purpose="case_finding", retention="R_reg")
