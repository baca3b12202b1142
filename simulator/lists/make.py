"""
The steps from a table of residents to the lists and their truth, in the order they run.

Owns the order. A few lists at a time go through memory, however large the city is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np

from simulator.city.write import disk_errors
from simulator.drafts import all_or_nothing
from simulator.lists.asked import LISTS_EACH, Drawn, choose_pool, count_outsiders, count_rows, draw_list
from simulator.lists.departments import FORMATS, SHAPES, ListShape
from simulator.lists.dirt import soiled, words
from simulator.lists.formats import SHEET_ROWS, row_text, write_list
from simulator.lists.outsiders import make_outsiders

CITY = "南京市"
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "2GB",
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
BLOCK = 20_000
#: Rows of several lists that are soiled in one statement.
TOGETHER = 400_000
TRUTH_COLUMNS = ("channel", "row_number", "resident_ref", "household_ref", "area_code", "kind", "file")


@dataclass(frozen=True)
class Written:
    """The files: each channel's lists in order, the truth beside them, and how many rows each channel has."""

    lists: dict[str, tuple[Path, ...]]
    truth: Path
    rows: dict[str, int]


def write_lists(
    residents: Path, out: Path, *, seed: int = 1, rows: int, shapes: Sequence[ListShape] = SHAPES,
    sheet_rows: int = SHEET_ROWS,
) -> Written:  # fmt: skip
    """
    Write `rows` rows in the lists of all departments into `out`/lists, and truth.csv and truth.parquet beside them.

    `residents` is the register file, CSV or Parquet, with the columns of the standing import. All files come to
    stand there together, truth.csv last; the same residents and seed give the same bytes. Raises ValueError where
    the residents are too few for so many rows.
    """
    with (
        all_or_nothing(out, last="truth.csv") as draft,
        TemporaryDirectory(dir=draft, prefix=".work-") as work,
    ):
        (draft / "lists").mkdir()
        place = Path(work) / "lists.duckdb"
        with disk_errors(place), duckdb.connect(str(place), config=SETTINGS) as db:
            made = _write(db, residents, draft, seed, rows, shapes, sheet_rows)
    return Written(
        {channel: tuple(out / "lists" / name for name in names) for channel, names in made.items()},
        out / "truth.csv",
        dict(zip(made, count_rows(rows, [shape.share for shape in shapes]), strict=True)),
    )


def _write(
    db: duckdb.DuckDBPyConnection, residents: Path, draft: Path, seed: int, rows: int,
    shapes: Sequence[ListShape], sheet_rows: int,
) -> dict[str, list[str]]:  # fmt: skip
    homes = _read_people(db, residents)
    rng = np.random.Generator(np.random.PCG64([seed, len(SHAPES)]))
    strangers = count_outsiders(rows)
    _add_outsiders(db, strangers, len(homes), rng)
    counts = count_rows(rows, [shape.share for shape in shapes])
    pool = choose_pool(homes, max(round(rows / LISTS_EACH), *counts), rng)
    outside = np.arange(len(homes), len(homes) + strangers)
    db.execute(
        "create table truth (channel varchar, row_number integer, resident_ref varchar, household_ref varchar,"
        " area_code varchar, kind varchar, file varchar)"
    )
    made = {}
    for some in _together(shapes, counts):
        drawn = [draw_list(pool, outside, count, rng) for _shape, count in some]
        _soil(db, [shape for shape, _count in some], drawn, sheet_rows)
        for place, (shape, count) in enumerate(some):
            made[shape.channel] = _write_files(db, place, shape, draft / "lists", count, sheet_rows)
    _write_truth(db, draft)
    return made


def _together(shapes: Sequence[ListShape], counts: Sequence[int]) -> Iterator[list[tuple[ListShape, int]]]:
    """Yield the lists in groups that fit into memory: a statement for each list would be most of a street's time."""
    some: list[tuple[ListShape, int]] = []
    for shape, count in zip(shapes, counts, strict=True):
        if some and sum(held for _shape, held in some) + count > TOGETHER:
            yield some
            some = []
        some.append((shape, count))
    yield some


def _read_people(db: duckdb.DuckDBPyConnection, residents: Path) -> np.ndarray:
    """Take the residents in as they stand in the file; return each one's household, numbered from 0."""
    reader = "read_parquet(?)" if residents.suffix == ".parquet" else "read_csv(?, all_varchar = true)"
    fields = ", ".join(f"coalesce({name}, '') as {name}" for name in ("name", "id_number", "phone"))
    db.execute(
        f"""
        create table people as
        select {fields}, '{CITY}' || address as address, resident_ref, household_ref, area_code, 'resident' as kind
          from {reader}
        """,
        [str(residents)],
    ).fetchall()
    # A family's rows stand together in the file, and a hash is compared with its neighbour only.
    marks = db.execute("select hash(household_ref) as mark from people").fetchnumpy()["mark"]
    if not len(marks):
        raise ValueError("there is nobody in the register file")
    homes: np.ndarray = np.cumsum(np.concatenate([[False], marks[1:] != marks[:-1]]))
    return homes


def _add_outsiders(
    db: duckdb.DuckDBPyConnection, count: int, residents: int, rng: np.random.Generator
) -> None:
    """Put the strangers behind the residents: a person's number is the place in this table."""
    columns = make_outsiders(count, residents, rng)
    db.register("stranger", columns | {"place": np.arange(count)})
    for column in ("id_number", "phone"):
        ((known,),) = db.execute(
            f"select count(*) from people semi join stranger using ({column})"
        ).fetchall()
        if known:
            raise ValueError(f"{known} residents have a stranger's {column}")
    db.execute(
        """
        insert into people
        select s.name, s.id_number, s.phone,
               if(s.elsewhere = '', p.address, s.elsewhere), 'outsider:X' || lpad(s.place::varchar, 7, '0'), '',
               if(s.elsewhere = '', p.area_code, ''), if(s.elsewhere = '', 'outsider_here', 'outsider_elsewhere')
          from stranger s join people p on p.rowid = s.near order by s.place
        """
    )
    db.unregister("stranger")


def _soil(
    db: duckdb.DuckDBPyConnection, shapes: Sequence[ListShape], drawn: Sequence[Drawn], sheet_rows: int
) -> None:
    """Make the table `line`: the rows of some lists, in order, as they will be written."""
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("list", "number", "part", "row_number")}
    for place, (shape, list_) in enumerate(zip(shapes, drawn, strict=True)):
        number, held = np.arange(len(list_.person)), _held(shape, sheet_rows)
        columns["list"].append(np.full(len(number), place))
        columns["number"].append(number + 1)
        columns["part"].append(number // held)
        columns["row_number"].append(number % held + shape.first_row)
    for name in ("person", "tried", "draw"):
        columns[name] = [getattr(list_, name) for list_ in drawn]
    db.register("drawn", {name: np.concatenate(parts) for name, parts in columns.items()})
    rows = """
        select d.list, d.number, d.part, d.row_number, d.tried, d.draw,
               p.name, p.id_number, p.phone, p.address, p.resident_ref, p.household_ref, p.area_code, p.kind
          from drawn d join people p on p.rowid = d.person
    """
    db.execute(f"create or replace table line as select * from ({soiled(rows)}) order by list, number")
    db.unregister("drawn")


def _held(shape: ListShape, sheet_rows: int) -> int:
    """Return how many people fit into one file of this list."""
    return sheet_rows - shape.first_row + 1 if FORMATS[shape.format] == "xlsx" else 2**31


def _write_files(
    db: duckdb.DuckDBPyConnection, place: int, shape: ListShape, folder: Path, count: int, sheet_rows: int
) -> list[str]:
    stem, _, ending = shape.filename.rpartition(".")
    parts = max(1, -(-count // _held(shape, sheet_rows)))
    names = [shape.filename, *(f"{stem}-{part}.{ending}" for part in range(2, parts + 1))]
    for part, name in enumerate(names):
        asked = db.execute(
            f"select {row_text(shape)} from line where list = {place} and part = {part} order by number"
        )
        write_list(shape, folder / name, _blocks(asked))
    listed = ", ".join(f"'{name}'" for name in names)
    db.execute(
        f"insert into truth select '{shape.channel}', row_number, resident_ref, household_ref, area_code,"
        f" {words()}, ([{listed}])[part + 1] from line where list = {place} order by number"
    )
    return names


def _blocks(asked: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    while block := asked.fetchmany(BLOCK):
        yield [text for (text,) in block]


def _write_truth(db: duckdb.DuckDBPyConnection, draft: Path) -> None:
    place = str(draft / "truth").replace("'", "''")
    columns = ", ".join(TRUTH_COLUMNS)
    told = ", ".join(
        f"nullif({name}, '') as {name}" if name.endswith(("ref", "code")) else name for name in TRUTH_COLUMNS
    )
    db.execute(f"copy (select {told} from truth order by rowid) to '{place}.csv' (format csv, header)")
    # One thread: where several write, they cut the groups of rows as chance has it.
    db.execute("set threads = 1")
    db.execute(f"copy (select {columns} from truth order by rowid) to '{place}.parquet' (format parquet)")
