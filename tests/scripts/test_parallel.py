"""The tests of one file stay in one process: they share a world that takes long to found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Says which process it ran in, by a file of that name.
FILE = """
import os, pathlib, time, pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number):
    time.sleep(0.01)
    pathlib.Path("{name}-" + os.environ["PYTEST_XDIST_WORKER"]).touch()
"""


@pytest.mark.heavy
def test_the_tests_of_a_file_run_in_one_process_as_the_makefile_starts_them(tmp_path: Path) -> None:
    how = re.search(r"^TESTS := \$\(PYTHON_IN\) (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert how is not None
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name in ("first", "second", "third"):
        (tmp_path / f"test_{name}.py").write_text(FILE.format(name=name), encoding="utf-8")

    options = how[1].replace("-n logical", "-n 2").split()
    ran = subprocess.run(
        [sys.executable, *options, "-p", "no:django", "-p", "no:hypothesispytest"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert "18 passed" in ran.stdout, ran.stdout + ran.stderr
    ran_in = [
        path.name for path in tmp_path.iterdir() if re.fullmatch(r"(first|second|third)-gw\d", path.name)
    ]
    assert len(ran_in) == 3, ran_in
