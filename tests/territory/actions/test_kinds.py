"""What a file is, is told by its content."""

import pytest

from gridward.territory import api as territory
from tests.people import DIVISIONS, GRIDS
from tests.territory.conftest import DOORS, collection, squares

FILES = {
    "divisions": (DIVISIONS.read_bytes(), "grids.csv"),
    "grids": (GRIDS.read_bytes(), "divisions.csv"),
    "addresses": (DOORS.encode(), "list.txt"),
    "shapes": (collection(squares()).encode(), "shapes.csv"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_recognised_whatever_it_is_called(tmp_path, kind):
    content, filename = FILES[kind]
    path = tmp_path / filename
    path.write_bytes(content)

    assert territory.recognise(path, filename) == kind


@pytest.mark.parametrize("content", [b"", b"\x00" * 1000, b"name,phone\n1,2\n", b'{"type":"Feature"}'])
def test_anything_else_is_not_recognised(tmp_path, content):
    path = tmp_path / "divisions.csv"
    path.write_bytes(content)

    assert territory.recognise(path, path.name) is None
