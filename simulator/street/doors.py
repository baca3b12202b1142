"""The doors of a street one by one, as the lists' writers ask for them. Owns no people and invents nothing."""

from dataclasses import dataclass

from simulator.city import Grid

__all__ = ["Door", "Grid"]


@dataclass(frozen=True)
class Door:
    """One door with the columns of the address book file; missing levels are ''."""

    area_code: str
    road: str
    number: str
    compound: str
    building: str
    unit: str
    room: str
    longitude: float
    latitude: float

    @property
    def short(self) -> str:
        """The address as people write it, without the divisions."""
        parts = [f"{self.road}{self.number}号", self.compound]
        parts += [f"{self.building}幢"] if self.building else []
        parts += [f"{self.unit}单元"] if self.unit else []
        parts += [f"{self.room}室"] if self.room else []
        return "".join(parts)
