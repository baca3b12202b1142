"""
The statements that fill a database with the rows of a city, set by set: nobody in them exists, nothing in them opens.

Owns the shape: how many rows of what, at which place, from which day, in which state. Refuses what a page opens (see
`city`): a blob here has the length of a sealed value and is cut out of one block of noise. Runs as the superuser of
the benchmark's own cluster with triggers at rest; walls are met when the rows are read.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

SQL = Path(__file__).with_name("rows.sql")


@dataclass(frozen=True)
class Size:
    """How many rows a city has. People per household, clues per task and passes per clue follow from the statements."""

    people: int = 4_500_000
    tasks: int = 1_000_000
    days: int = 30
    waiting: int = 60_000
    workers: int = 30_000
    entries: int = 5_000_000
    facts: int = 2_000_000

    @property
    def households(self) -> int:
        """Return how many doors there are; every one holds three people."""
        return self.people // 3

    def part(self, divisor: int) -> "Size":
        """Return a city with so much less of everything, over the same days."""
        counts = {name: max(1, value // divisor) for name, value in asdict(self).items() if name != "days"}
        return Size(**counts, days=self.days)

    def words(self) -> str:
        """Return it for a figure."""
        return f"{self.people:,} people, {self.tasks:,} tasks, {self.days} days"

    def disk_bytes(self) -> int:
        """Return about how many bytes the filled database takes, with its indexes and what is written ahead."""
        return self.people * 550 + self.tasks * 9_000 + (self.entries + self.facts) * 600 + 4 * 2**30


def tiny() -> Size:
    """Return a city that is filled in seconds, to see whether it still works."""
    return Size(people=9_000, tasks=2_000, days=30, waiting=200, workers=300, entries=2_000, facts=500)


#: Section by section: the secondary indexes of its tables are made after the rows, as a restore does.
FILLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tools", ()),
    ("people", ("territory_address", "kernel_datakey", "registry_household", "registry_resident")),
    ("workers", ()),
    ("tasks", ("dispatch_task", "governance_accessgrant")),
    ("clues", ("intake_clue", "dispatch_tasksubject")),
    ("passes", ("dispatch_passresult",)),
    (
        "flow",
        (
            "dispatch_escalation",
            "dispatch_handover",
            "dispatch_supervision",
            "registry_premises",
            "field_submission",
        ),
    ),
    ("ledger", ("kernel_ledgerentry", "kernel_ledgerseal", "kernel_fact")),
)
SCRATCH = ("world", "grid", "channel", "home", "task", "clue", "batch", "place")


def values(size: Size) -> dict[str, int]:
    """Return the numbers the statements name."""
    return asdict(size) | {"households": size.households}


def statements(section: str) -> list[str]:
    """Return the statements of a section of `rows.sql`, in their order."""
    for part in SQL.read_text(encoding="utf-8").split("-- section: ")[1:]:
        name, _, body = part.partition("\n")
        if name == section:
            return [one for one in body.split(";\n") if one.strip()]
    raise KeyError(section)
