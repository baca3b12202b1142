"""The simulator leaves by files and knows nothing of the house but the country's public facts."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import simulator

ROOT = Path(simulator.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
#: Everything the simulator may lean on besides Python itself.
ALLOWED = {"duckdb", "numpy", "shapely", "orjson", "openpyxl", "simulator", "gridward.country.api"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            names.add(str(node.module))
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_nothing_of_the_house_but_the_country_s_door(path: Path) -> None:
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name not in ALLOWED
        and name.partition(".")[0] not in ALLOWED - {"gridward.country.api"}
    }

    assert foreign == set()


def test_only_the_player_s_wire_reaches_out_over_a_network_and_nothing_to_another_process() -> None:
    reaching = {"socket", "urllib", "http", "subprocess", "ssl", "ftplib", "smtplib", "sqlite3"}
    found = {path: {name.partition(".")[0] for name in imported(path)} & reaching for path in FILES}

    assert {path.relative_to(ROOT): names for path, names in found.items() if names} == {
        Path("play/doors.py"): {"http", "urllib"}
    }


def test_a_street_can_be_made_where_there_is_no_django() -> None:
    script = (
        "import sys; sys.modules['django'] = None\n"
        "from simulator.street import make_street\n"
        "print(*sorted(name for name in sys.modules if name.startswith('gridward.') and name.count('.') == 1))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT.parent, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split() == ["gridward.country"]
