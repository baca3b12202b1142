"""The commands of the territory, run as the console script runs them, on a copy of the city."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.utils import translation

from gridward.territory.models import Area
from gridward.wiring.cli import main
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.people import DIVISIONS
from tests.territory.conftest import DOORS, collection, squares

HEAD = "code,level,parent,name\n"
STREET = "320102099,street,320102,试验街道\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    fresh_database: str,
    cluster: Supervisor,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Run a command and return its exit code, its stdout and its stderr."""
    for name, kind in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner")):
        entry = cluster.connection(kind, database=fresh_database).django()
        monkeypatch.setenv(
            name,
            f"postgresql://{entry['USER']}:{quote(entry['PASSWORD'], safe='')}@/{fresh_database}"
            f"?host={quote(str(entry['HOST']), safe='')}&port={entry['PORT']}",
        )
    monkeypatch.setenv("GRIDWARD_DATA", str(data))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(["territory", *map(str, words)])
        except SystemExit as ended:  # argparse: a mistake of use
            code = int(str(ended.code))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    yield command
    translation.deactivate()


def _located(run: Run, *words: object) -> dict[str, object]:
    code, out, _ = run("locate", *words, "--json")
    assert code == 0
    return json.loads(out)  # type: ignore[no-any-return]


def test_areas_are_counted_and_places_located(run, tmp_path):
    counted = run("count", "--json")
    assert json.loads(counted[1]) == {"city": 1, "district": 11, "street": 140, "community": 1322, "grid": 12}
    assert list(json.loads(counted[1])) == ["city", "district", "street", "community", "grid"]
    assert run("count")[1].splitlines()[:2] == ["city: 1", "district: 11"]

    partial = {"status": "partial", "area_code": "320102003015", "level": "community", "candidates": []}
    assert _located(run, "玄武区新街口街道成贤街社区珠江路273号") == partial
    unknown = {"status": "unknown", "area_code": None, "level": None, "candidates": []}
    assert _located(run, "不详") == _located(run, "") == unknown
    double = _located(run, "新庄社区")
    assert (double["status"], double["candidates"]) == ("ambiguous", ["320102007009", "320116001013"])
    assert _located(run, "新庄社区", "--within", "320102")["area_code"] == "320102007009"
    assert run("locate", "新庄社区", "--within", "999999")[0] != 0
    assert _located(run, "--point", "118.705,32.005") == unknown  # no shapes yet
    assert "status: unknown" in run("locate", "nowhere")[1]

    # Doors and shapes by their content; then a grid is found, by an address and by a point.
    for name, content, kind in (("a.txt", DOORS, "addresses"), ("b.csv", collection(squares()), "shapes")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        code, out, _ = run("import", tmp_path / name, "--json")
        assert (code, json.loads(out)["kind"], json.loads(out)["imported"]) == (0, kind, True)
    assert _located(run, "玄武区珠江路273号")["area_code"] == "320102003015001"
    assert _located(run, "--point", "118.705,32.005") == {
        "status": "found", "area_code": "320102003001001", "level": "grid", "candidates": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("locate",),
        ("locate", "玄武区", "--point", "118,32"),
        ("locate", "--point", "118"),
        ("locate", "--point", "118,32,5"),
        ("locate", "--point", "east,north"),
        ("import",),
        ("import", "x.csv", "--kind", "people"),
        ("delete", "320102"),
    ],
)
def test_a_mistake_of_use_is_one_line_and_exit_code_2(monkeypatch, capsys, data, words):
    monkeypatch.setenv("GRIDWARD_DATA", str(data))
    with pytest.raises(SystemExit) as ended:
        main(["territory", *words])

    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("gridward territory")


def test_an_import_says_what_it_did_and_the_second_one_that_there_was_nothing_to_do(run, tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(HEAD + STREET, encoding="utf-8")

    first, again = run("import", path, "--json"), run("import", path, "--json")

    report = {
        "kind": "areas", "imported": True, "rows": 1, "added": 1, "changed": 0, "unchanged": 0,
        "problems_count": 0, "problems": [],
    }  # fmt: skip
    answer = json.loads(first[1])
    assert (first[0], {name: answer[name] for name in report}) == (0, report)
    assert len(answer["vanished"]) >= 7  # the district's other streets are not in this file
    assert json.loads(again[1])["unchanged"] == 1
    assert _located(run, "玄武区试验街道")["area_code"] == "320102099"
    assert run("import", DIVISIONS)[1].splitlines()[0] == "kind: areas"


def test_a_file_with_problems_names_every_row_and_changes_nothing(run, tmp_path):
    path = tmp_path / "areas.csv"
    rows = "".join(f"320102{n:04d},street,320102,街道{n}\n" for n in range(60))
    path.write_text(HEAD + STREET + rows, encoding="utf-8")
    before = Area.objects.count()

    code, out, err = run("import", path, "--json")

    assert code == 3
    answer = json.loads(out)
    assert (answer["imported"], answer["added"], answer["rows"]) == (False, 0, 61)
    assert answer["problems_count"] == len(answer["problems"]) >= 60
    assert answer["problems"][0].keys() == {"row", "column", "code", "message"}
    told = [line for line in err.splitlines() if line.startswith("row ")]
    assert len(told) == 50
    assert told[0] == f"row 3, code: {answer['problems'][0]['message']} [code_invalid]"
    assert f"… and {answer['problems_count'] - 50} more" in err
    assert Area.objects.count() == before


def test_what_cannot_be_imported_is_refused_in_one_line(run, tmp_path):
    strange, areas = tmp_path / "people.csv", tmp_path / "areas.csv"
    strange.write_text("name,phone\n甲,1\n", encoding="utf-8")
    areas.write_text(HEAD + STREET, encoding="utf-8")
    worker = people.actor_of("grid_worker", "320102003015001")

    refused = [
        (run("import", strange), "territory_unrecognised"),
        (run("import", strange, "--kind", "addresses"), "territory_file"),
        (run("import", areas, "--kind", "addresses"), "territory_file"),
        (run("import", areas, "--as", "nobody"), "account_unknown"),
        (run("import", areas, "--as", worker.handle), "forbidden"),
        (run("import", tmp_path / "missing.csv"), ""),
        (run("import", tmp_path), ""),
    ]

    for (code, out, err), problem in refused:
        assert code != 0, err
        assert out == ""
        last = err.splitlines()[-1]
        assert last.startswith("gridward: ")
        assert f"[{problem}" in last, last
    assert not Area.objects.filter(code="320102099").exists()
