"""Residents one by one, as the rows of the register. Invents nobody: residents come from the city."""

from dataclasses import dataclass

from simulator.street.doors import Door


@dataclass(frozen=True)
class Person:
    """One synthetic person with the columns of the standing register file."""

    resident_ref: str
    household_ref: str
    name: str
    id_number: str
    phone: str
    door: Door

    @property
    def area_code(self) -> str:
        """The grid the person lives in."""
        return self.door.area_code
