"""Owns the tree on the area line, shapes and the address book. Refuses people: a door here has no name."""

from django.db import models

LEVELS = ("city", "district", "street", "community", "grid")


class Area(models.Model):
    """One node of the tree: an interval `[pos, end_pos)` of the line, nested in its parent's, with gaps."""

    id = models.UUIDField(primary_key=True)
    pos = models.BigIntegerField(unique=True)
    end_pos = models.BigIntegerField()
    level = models.TextField()
    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(db_default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["level", "pos"], name="area_level_pos")]
        constraints = [
            models.CheckConstraint(condition=models.Q(pos__lt=models.F("end_pos")), name="area_has_extent"),
        ]


class AreaAlias(models.Model):
    """Another numbering or name for an area (a police beat, a unit grid, what people say)."""

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    scheme = models.TextField()
    code = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code", "area"], name="alias_once")]
        indexes = [models.Index(fields=["code"], name="alias_code")]


class TreeVersion(models.Model):
    """The present state of the tree has a name of its own, so that a copy held in a process knows its age."""

    id = models.IntegerField(primary_key=True)
    stamp = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_tree")]


class Shape(models.Model):
    """The polygon of an area (WGS-84, WKB) and a point inside it; says whether it is synthetic."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, primary_key=True, related_name="+")
    wkb = models.BinaryField()
    longitude = models.FloatField()
    latitude = models.FloatField()
    synthetic = models.BooleanField()


class GeometryVersion(models.Model):
    """One published state of all shapes: names the directory of tiles and the point lattice."""

    id = models.TextField(primary_key=True)
    published_at = models.DateTimeField()
    counts = models.JSONField()


class Address(models.Model):
    """One door of the address book, without the people behind it. A level an address lacks is '-'."""

    id = models.BigAutoField(primary_key=True)
    area_pos = models.BigIntegerField(db_index=True)
    community_code = models.TextField()
    road = models.TextField()
    number = models.TextField()
    compound = models.TextField()
    building = models.TextField()
    unit = models.TextField()
    room = models.TextField()
    key = models.TextField()
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community_code", "key"], name="address_once")]
        indexes = [
            models.Index(fields=["key"], name="address_key"),
            models.Index(fields=["road", "number"], name="address_road"),
            models.Index(fields=["compound"], name="address_compound"),
        ]


class DoorPlate(models.Model):
    """The plate of a door: a random code that says nothing, for as long as the door stands in the book."""

    id = models.BigAutoField(primary_key=True)
    address = models.OneToOneField(Address, on_delete=models.CASCADE, related_name="+")
    code = models.TextField(unique=True)
    made_at = models.DateTimeField()


class Saying(models.Model):
    """
    That somebody confirmed a text to mean a grid: in the book's words, without unit and room (see `rules.sayings`).

    `source` is blind: it tells two of them apart and nobody by name.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    area_pos = models.BigIntegerField()
    source = models.BinaryField()
    is_sure = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "source"], name="said_once_a_source")]
        indexes = [models.Index(fields=["source"], name="saying_source")]
