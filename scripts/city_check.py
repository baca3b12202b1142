"""
Checks a synthetic city that `gridward simulate city` wrote, from its files alone, at any scale.

    city_check.py FOLDER

Every row of every list is about a registered resident, where the register says, or about a declared outsider; each list
can be read in its department's format; places, teams and a day lead to what is there. Prints a figure a line and fails
with exit code 1 where one is not as it must be. Takes about a minute and 3.5 GB for a whole city.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import orjson
from python_calamine import CalamineWorkbook

from simulator.lists import SHAPES
from simulator.lists.departments import FORMATS, ListShape

#: Kinds of dirt after which a field is no longer what the register has.
TOUCHED = {
    "name": ("homophone", "dropped_character", "title", "spaces", "no_name"),
    "id_number": ("swapped_digits", "cut_id", "rounded_id", "old_id", "no_id", "full_width", "spaces"),
    "phone": ("old_phone", "no_phone", "full_width", "country_code", "dashes", "wrong_column", "no_name"),
}
CITY = {"district": 11, "street": 140, "community": 1_322, "grid": 12_000}
CITY_CHECKPOINTS = 9_038
#: What leads where: a table's column, the table it leads to and its column; empty refs lead nowhere.
LEADS = (
    ("teams", "leader_ref", "workers", "worker_ref"), ("team_members", "worker_ref", "workers", "worker_ref"),
    ("team_members", "team_ref", "teams", "team_ref"), ("teams", "area_code", "areas", "code"),
    ("workers", "area_code", "grids", "code"), ("premises", "area_code", "grids", "code"),
    ("checkpoints", "area_code", "grids", "code"), ("households", "area_code", "grids", "code"),
    ("residents", "household_ref", "households", "household_ref"),
    ("day/answers", "resident_ref", "residents", "resident_ref"), ("day/shifts", "worker_ref", "workers", "worker_ref"),
    ("day/network", "worker_ref", "day/shifts", "worker_ref"), ("day/fixes", "worker_ref", "day/shifts", "worker_ref"),
    ("day/fixes", "point_ref", "day/points", "point_ref"), ("day/arrivals", "file", "truth", "file"),
    ("day/gates", "checkpoint_ref", "checkpoints", "checkpoint_ref"),
    ("day/gates", "household_ref", "households", "household_ref"),
    ("day/calls", "resident_ref", "residents", "resident_ref"),
    ("day/services", "household_ref", "households", "household_ref"),
    ("day/disputes", "household_ref", "households", "household_ref"),
    ("day/counts", "camera_ref", "day/cameras", "camera_ref"),
)  # fmt: skip


class Figures:
    """Says each figure and remembers those that are wrong."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def __call__(self, what: str, figure: int, *, good: bool) -> None:
        """Note one figure."""
        print(f"{'ok   ' if good else 'WRONG'}  {what}: {figure:,}")
        if not good:
            self.wrong.append(what)


class City:
    """The files of a folder as tables, asked in SQL."""

    def __init__(self, folder: Path, scratch: str) -> None:
        self.folder = folder
        self.db = duckdb.connect(config={"threads": 2, "memory_limit": "3GB", "temp_directory": scratch})

    def table(self, name: str) -> str:
        """Return what stands behind `from` for a csv file of the folder."""
        return f"read_csv('{self.folder / name}.csv', all_varchar = true, header = true, delim = ',')"

    def count(self, rows: str) -> int:
        """Return how many rows there are."""
        ((value,),) = self.db.execute(f"select count(*) from {rows}").fetchall()
        return int(value)


def main(arguments: Sequence[str]) -> int:
    """Check the city in the folder that is named."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "truth.csv").is_file():
        print("usage: city_check.py FOLDER, the folder of a synthetic city", file=sys.stderr)
        return 2
    say = Figures()
    with tempfile.TemporaryDirectory() as scratch:
        city = City(Path(arguments[0]), scratch)
        check_places(city, say)
        check_truth(city, say)
        check_lists(city, say)
        check_leads(city, say)
    print(f"{len(say.wrong)} figures are wrong" if say.wrong else "everything is as it must be")
    return 1 if say.wrong else 0


def check_places(city: City, say: Figures) -> None:
    """Count the tree, people and places; a whole city has the numbers it is known for."""
    levels = dict(city.db.execute(f"select level, count(*) from {city.table('areas')} group by 1").fetchall())
    whole = levels.get("district", 0) > 1
    for level, known in CITY.items():
        say(f"areas, {level}", levels.get(level, 0), good=not whole or levels.get(level) == known)
    for name in ("households", "residents", "workers", "teams", "premises", "checkpoints"):
        refs = city.table(name)
        found = city.count(refs)
        ref = "team_ref" if name == "teams" else "premises_ref" if name == "premises" else f"{name[:-1]}_ref"
        alone = city.count(f"(select distinct {ref} from {refs})") == found
        known = not whole or name != "checkpoints" or found == CITY_CHECKPOINTS
        say(name, found, good=alone and known and found > 0)


def check_truth(city: City, say: Figures) -> None:
    """Every row of the truth leads to a resident of that household and grid, or to a declared outsider."""
    fields = "resident_ref, household_ref, area_code, name, id_number, phone"
    city.db.execute(f"create table person as select {fields} from {city.table('residents')}").fetchall()
    city.db.execute(f"create table truth as select * from {city.table('truth')}").fetchall()
    rows = city.count("truth")
    real = city.count("truth semi join person using (resident_ref, household_ref, area_code)")
    outside = city.count(
        """
        truth where regexp_full_match(resident_ref, 'outsider:X[0-9]{7}') and household_ref is null
          and split_part(kind, '+', 1) = if(area_code is null, 'outsider_elsewhere', 'outsider_here')
        """
    )
    say("rows of the lists, by the truth", rows, good=rows > 0)
    say("  about a registered resident, in the household and grid of the register", real, good=real > 0)
    say("  about a declared outsider", outside, good=outside > 0)
    say("  about nobody", rows - real - outside, good=rows == real + outside)


def check_lists(city: City, say: Figures) -> None:
    """Read every list in its department's format and hold each row against the truth and the register."""
    read = proven = wrong = files = 0
    for shape in SHAPES:
        for path in sorted((city.folder / "lists").glob(f"{Path(shape.filename).stem}*")):
            try:
                columns = columns_of(shape, path)
            except ValueError as error:
                say(f"{path.name} cannot be read, {error}", 1, good=False)
                continue
            files += 1
            city.db.register("listed", columns)
            found, shown, unlike = _compare(city, shape, path.name)
            city.db.unregister("listed")
            read, proven, wrong = read + found, proven + shown, wrong + unlike
            lost = city.count(f"truth where channel = '{shape.channel}' and file = '{path.name}'") - found
            if lost:
                say(f"{path.name}: rows without their truth, or the other way round", abs(lost), good=False)
    say("files read in their department's format", files, good=files >= len(SHAPES))
    say("  physical rows in them", read, good=read == city.count("truth"))
    say("  whose clean fields show the person of the truth", proven, good=proven > 0.9 * read)
    say("  that show somebody else", wrong, good=wrong == 0)


def _compare(city: City, shape: ListShape, file: str) -> tuple[int, int, int]:
    """Return the rows that have a truth, those whose clean fields prove who it is, and those that show another."""
    clean = {
        field: f"not regexp_matches(t.kind, '[+]({'|'.join(kinds)})')" for field, kinds in TOUCHED.items()
    }
    equal = {field: f"l.{field} = coalesce(p.{field}, '')" for field in TOUCHED}
    proof = " or ".join(f"({clean[f]} and {equal[f]} and l.{f} <> '')" for f in TOUCHED)
    other = " or ".join(f"({clean[f]} and not {equal[f]})" for f in TOUCHED)
    # A stranger is nobody of the register: neither number is held by a resident.
    known = "select {0} from person where {0} <> ''"
    stranger = "t.household_ref is null"
    held = " or ".join(f"l.{field} in ({known.format(field)})" for field in ("id_number", "phone"))
    ((found, shown, unlike),) = city.db.execute(
        f"""
        select count(*), count(*) filter (if({stranger}, not ({held}), {proof})),
               count(*) filter (if({stranger}, {held}, {other}))
          from listed l
          join truth t on t.channel = '{shape.channel}' and t.file = '{file}' and t.row_number = l.row_number::varchar
          left join person p on p.resident_ref = t.resident_ref
        """
    ).fetchall()
    return found, shown, unlike


def columns_of(shape: ListShape, path: Path) -> dict[str, np.ndarray]:
    """Read one list as a clerk's program would: the physical row, name, document and telephone of each person."""
    places = {source: place for place, (_header, source) in enumerate(shape.columns)}
    columns: dict[str, list[str]] = {field: [] for field in TOUCHED}
    numbers = []
    for number, row in rows_of(shape, path):
        numbers.append(number)
        for field, texts in columns.items():
            texts.append(row[places[field]])
    return {field: np.array(texts, dtype=object) for field, texts in columns.items()} | {
        "row_number": np.array(numbers)
    }


def rows_of(shape: ListShape, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the people of a list with their physical rows; ValueError where its format or headers are others."""
    if FORMATS[shape.format] == "json":
        found = orjson.loads(path.read_bytes())
        for number, one in enumerate(found["rows"] if shape.format == "json-rows" else found, start=1):
            yield number, [one[header] for header in shape.headers]
        return
    if FORMATS[shape.format] == "xlsx":
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        table = ([str(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False))
    else:
        table = csv.reader(io.StringIO(path.read_bytes().decode(shape.format), newline=""), strict=True)
    for number, row in enumerate(table, start=1):
        if number == shape.first_row - 1 and tuple(row) != shape.headers:
            raise ValueError(f"{path.name} has other headers: {row}")
        if number >= shape.first_row:
            yield number, row


def check_leads(city: City, say: Figures) -> None:
    """Whatever points somewhere points to what is there."""
    followed = 0
    for table, column, target, key in LEADS:
        pointing = f"(select {column} as ref from {city.table(table)} where {column} <> '')"
        lost = city.count(f"{pointing} anti join {city.table(target)} t on t.{key} = ref")
        followed += city.count(pointing)
        if lost:
            say(f"{table}.{column} that lead nowhere", lost, good=False)
    say("refs of tables and of the day that lead to what is there", followed, good=followed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
