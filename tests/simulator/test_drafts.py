from pathlib import Path

import pytest

from simulator.drafts import all_or_nothing


def tree(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_files_arrive_when_all_of_them_are_written(tmp_path: Path) -> None:
    place = tmp_path / "new" / "place"

    with all_or_nothing(place) as draft:
        (draft / "lists").mkdir()
        (draft / "lists" / "one.csv").write_text("1")
        (draft / "two.csv").write_text("2")
        assert tree(place).keys().isdisjoint({"two.csv", "lists/one.csv"})

    assert tree(tmp_path) == {"new/place/lists/one.csv": "1", "new/place/two.csv": "2"}
    assert sorted(path.name for path in place.iterdir()) == ["lists", "two.csv"]


@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError()]
)
def test_whatever_goes_wrong_nothing_arrives(tmp_path: Path, failure: BaseException) -> None:
    (tmp_path / "old.csv").write_text("old")

    with pytest.raises(type(failure)), all_or_nothing(tmp_path / "a" / "b") as draft:
        (draft / "half.csv").write_text("half")
        raise failure
    with pytest.raises(type(failure)), all_or_nothing(tmp_path) as draft:
        (draft / "old.csv").write_text("half")
        raise failure

    assert tree(tmp_path) == {"old.csv": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


def test_what_somebody_else_put_there_meanwhile_stays(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), all_or_nothing(tmp_path / "a" / "b"):
        (tmp_path / "a" / "theirs.csv").write_text("theirs")
        raise ValueError("no")

    assert tree(tmp_path) == {"a/theirs.csv": "theirs"}


def test_the_last_file_comes_after_all_others(tmp_path: Path) -> None:
    blocked = tmp_path / "z.csv"
    blocked.mkdir()
    (blocked / "in the way").write_text("x")

    # z.csv cannot be moved; what says "all is there" must not be there.
    with pytest.raises(OSError, match=r"z\.csv"), all_or_nothing(tmp_path, last="done.csv") as draft:
        (draft / "done.csv").write_text("done")
        (draft / "z.csv").write_text("z")

    assert not (tmp_path / "done.csv").exists()


def test_a_draft_within_a_draft_ends_in_the_outer_place(tmp_path: Path) -> None:
    with all_or_nothing(tmp_path / "city") as outer:
        with all_or_nothing(outer / "street", last="truth.csv") as inner:
            (inner / "truth.csv").write_text("t")
        (outer / "grids.csv").write_text("g")

    assert tree(tmp_path) == {"city/grids.csv": "g", "city/street/truth.csv": "t"}


@pytest.mark.parametrize("place", ["file", "file/under"])
def test_a_place_that_cannot_be_a_folder_is_the_system_s_own_refusal(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("a file")

    with pytest.raises(OSError, match="file") as refused, all_or_nothing(tmp_path / place):
        pytest.fail("there is nothing to write into")

    assert refused.value.filename
    assert tree(tmp_path) == {"file": "a file"}
