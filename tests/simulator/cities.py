"""Cities of three sizes as files, and a plain reader of them that shares no code with what wrote them."""

import hashlib
from pathlib import Path
from typing import Any

import duckdb

import simulator
from simulator.cells import make_cells, read_table, write_cells
from simulator.city import Grid, make_city, make_ground, write_city
from simulator.day import write_day
from simulator.lists import SHAPES

DATA = Path(simulator.__file__).parent / "data" / "nanjing"
#: What is drawn, and in how many grids.
SCALES = {"street": ("320102003", 54), "district": ("320106", 900), "city": ("3201", 12_000)}
TABLES = (
    "addresses", "checkpoints", "grids", "households", "premises", "residents", "specials", "team_members", "teams",
    "workers",
)  # fmt: skip
DAY = (
    "answers", "arrivals", "calls", "cameras", "counts", "disputes", "fixes", "gates", "network", "points", "services",
    "shifts",
)  # fmt: skip
#: Of the day, those with Parquet beside them.
LARGE = ("answers", "fixes", "gates")
#: Names alone: who sends what when does not depend on what stands in it.
LISTS = {shape.channel: (Path(shape.filename),) for shape in SHAPES}


def write(scale: str, folder: Path, *, seed: int = 1) -> Path:
    """Make the city of a scale and write it with its day, shapes of the grids included."""
    code, grids = SCALES[scale]
    rows = [
        row
        for row in read_table(DATA / "divisions.csv")
        if row["code"].startswith(code) or code.startswith(row["code"])
    ]
    names = {row["code"]: row["name"] for row in rows}
    cells = make_cells(rows, read_table(DATA / "district_seats.csv"), grids=grids, seed=seed)
    write_cells(cells, folder)
    places = {
        code: names[code[:6]] + names[code[:9]] + names[parent]
        for code, parent in zip(cells.codes, cells.parents, strict=True)
    }
    ground = make_ground(
        [Grid(*grid) for grid in zip(cells.codes, cells.names, cells.polygons, strict=True)], places
    )
    city = make_city(ground, seed=seed)
    write_city(city, folder)
    write_day(city, folder, lists=LISTS, seed=seed)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Return a hash of each file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Files:
    """The csv files of a city as tables of texts, asked in SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = duckdb.connect(config={"threads": 2, "temp_directory": ""})
        for table in (*TABLES, *(f"day/{name}" for name in DAY)):
            path = folder / f"{table}.csv"
            table = Path(table).name
            reader = f"read_csv('{path}', all_varchar = true, header = true, delim = ',')"
            self._db.execute(
                f"create table {table} as select coalesce(columns(*), '') from {reader}"
            ).fetchall()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return every row of the answer."""
        return self._db.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """Return the only value of the answer."""
        ((value,),) = self.rows(query)
        return value

    def columns(self, query: str) -> dict[str, Any]:
        """Return the answer as columns of numpy."""
        return self._db.execute(query).fetchnumpy()
