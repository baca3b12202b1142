"""What the tests of the register share: a file of people, what the tables hold, and a population to be found in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Household, PersonKey, Resident
from tests import people

CITY = people.city()
COLUMNS = ("resident_ref", "name", "id_kind", "id_number", "phone", "address", "area_code", "household_ref")


def number(born: date, sequence: int) -> str:
    """Return a valid document number that nobody holds."""
    return pack("cn").synthetic_id("320199", born, sequence)


def phone(sequence: int) -> str:
    """Return a telephone that rings nowhere."""
    return pack("cn").synthetic_phone(sequence)


@dataclass(frozen=True)
class Line:
    """One row of a register file."""

    resident_ref: str
    name: str = "王小明"
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    area_code: str = CITY.grid
    household_ref: str = "H1"

    def but(self, **changes: str) -> "Line":
        """Return the same row with something else in it."""
        return replace(self, **changes)


def written(folder: Path, lines: Iterable[Line], name: str = "register.csv") -> Path:
    """Write a register file."""
    rows = [",".join(COLUMNS), *(",".join(getattr(line, column) for column in COLUMNS) for line in lines)]
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def imported(
    folder: Path, order: governance.OrderView, lines: Sequence[Line]
) -> registry.RegisterReport | Refusal:
    """Import rows under an order."""
    path = written(folder, lines)
    return registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )


def reported(folder: Path, order: governance.OrderView, lines: Sequence[Line]) -> registry.RegisterReport:
    """Import rows that are not refused as a whole."""
    report = imported(folder, order, lines)
    assert not isinstance(report, Refusal), report
    return report


def counted() -> tuple[int, int, int]:
    """Return how many households, residents and keys there are, whoever may see them."""
    with people.as_owner():
        return Household.objects.count(), Resident.objects.count(), PersonKey.objects.count()


def household(ref: str) -> Household:
    """Return a household by its reference, as the owner."""
    with people.as_owner():
        return Household.objects.get(household_ref=ref)


def resident(ref: str) -> Resident:
    """Return a resident by the reference, as the owner."""
    with people.as_owner():
        return Resident.objects.select_related("household").get(resident_ref=ref)


def opened(ref: str) -> tuple[str | None, str | None, str | None]:
    """Return name, document number and telephone of a resident, with the keys of the domain."""
    with people.as_owner():
        row = Resident.objects.get(resident_ref=ref)
        key = registry.household_data_keys([row.household_id])[row.household_id]
        name, id_number, telephone = governance.sealer(row.domain).open_many(
            [
                (getattr(row, column), "registry_resident", column, row.id)
                for column in ("name_sealed", "id_number_sealed", "phone_sealed")
            ],
            {key.id: key},
        )
    return name, id_number, telephone
