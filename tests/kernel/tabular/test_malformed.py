"""Every malformed file gets the refusal that tells its sender what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridward.kernel.tabular import Limits, TableRefusal, read_table
from tests.kernel.tabular.malformed_books import BOOKS
from tests.kernel.tabular.malformed_texts import TEXTS
from tests.kernel.tabular.samples import GOOD_CSV, HEADERS, MIB, NEIGHBOUR, STUDENT, csv_bytes, read

SMALL = Limits(rows_max=50, columns_max=8, cell_max=100, bytes_max=4 * MIB, unpacked_max=16 * MIB)
_FILES = (*TEXTS, *BOOKS)


@pytest.mark.parametrize(
    ("filename", "code", "content"), [file[1:] for file in _FILES], ids=[f[0] for f in _FILES]
)
def test_a_malformed_file_is_refused_in_plain_words(
    tmp_path: Path, filename: str, code: str, content: bytes | Callable[[], bytes]
) -> None:
    refusal = read(tmp_path, content if isinstance(content, bytes) else content(), filename, limits=SMALL)

    assert isinstance(refusal, TableRefusal)
    assert refusal.code == code
    assert "%(" not in refusal.message
    assert "Traceback" not in refusal.message


def test_at_least_sixty_malformed_files_are_kept() -> None:
    assert len({name for name, *_rest in _FILES}) == len(_FILES) >= 60


def test_a_refusal_names_the_line_to_look_at(tmp_path: Path) -> None:
    broken = csv_bytes(HEADERS, STUDENT, ["李\n强", *NEIGHBOUR[1:]]) + '"王,1,2,3,4\n'.encode()

    refusal = read(tmp_path, broken)

    assert isinstance(refusal, TableRefusal)
    assert refusal.params == {"line": 5}


def test_a_mixed_file_names_the_first_line_that_does_not_fit(tmp_path: Path) -> None:
    refusal = read(tmp_path, csv_bytes(HEADERS, STUDENT) + csv_bytes(NEIGHBOUR, encoding="gb18030"))

    assert isinstance(refusal, TableRefusal)
    assert refusal.params == {"line": 3}


def test_the_refusal_lists_what_was_looked_for(tmp_path: Path) -> None:
    refusal = read(tmp_path, csv_bytes(STUDENT, NEIGHBOUR))

    assert isinstance(refusal, TableRefusal)
    assert "姓名" in refusal.message
    assert "手机" in refusal.message
    assert "张小芳" not in refusal.message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    from_folder = read_table(tmp_path, filename="list.csv", wanted=())
    read_missing = read_table(tmp_path / "nothing", filename="list.csv", wanted=())

    assert isinstance(from_folder, TableRefusal)
    assert isinstance(read_missing, TableRefusal)
    assert {from_folder.code, read_missing.code} == {"unreadable"}


def test_reading_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    refusal = read(tmp_path, GOOD_CSV, limits=Limits(seconds_max=-1))

    assert isinstance(refusal, TableRefusal)
    assert refusal.code == "too_slow"
