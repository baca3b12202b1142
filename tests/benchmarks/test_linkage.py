"""The benchmark of likeness: its rows, its exact keys, and what answers are worth. Splink is not asked here."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.linkage import learn, lists, once, ours
from benchmarks.linkage.dirt import EVERYDAY, HARD, KINDS
from gridward.country.api import pack
from gridward.intake.likeness import LEVELS, WEIGHTS

CN = pack("cn")
PEOPLE, ROWS = 600, 400
GIVEN = "伟静强敏杰丽涛娟辉玲"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people a door, each with a number and a telephone of their own."""
    folder = tmp_path_factory.mktemp("city")
    rows = [
        (
            f"{'王李张'[n // 3 % 3]}{GIVEN[n % 10]}{GIVEN[n // 10 % 10]}",
            CN.synthetic_id("320199", date(1950 + n % 50, 1 + n % 12, 1 + n % 28), n),
            CN.synthetic_phone(n * 977),
            f"玄武区新街口街道成贤街社区居委会珠江路{n // 30 + 1}号1幢1单元{n // 3 % 10 + 1}01室",
        )
        for n in range(PEOPLE)
    ]
    with duckdb.connect() as db:
        db.execute("create table r (name varchar, id_number varchar, phone varchar, address varchar)")
        db.executemany("insert into r values (?, ?, ?, ?)", rows)
        db.execute(f"copy r to '{folder}/residents.parquet' (format parquet)")
    return folder


@pytest.fixture
def pairs(city: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    place = tmp_path / "pairs.duckdb"
    lists.prepared(city, lists.Drawn(ROWS, HARD, seed=5), place)
    with duckdb.connect(str(place), read_only=True) as db:
        yield db


def ask(db: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return db.execute(sql).fetchall()


def test_every_kind_of_dirt_has_its_share() -> None:
    assert set(EVERYDAY) == set(HARD) == set(KINDS)
    assert all(0 <= share < 1 for share in (*EVERYDAY.values(), *HARD.values()))


def test_rows_are_linked_or_left_over_and_pairs_are_about_the_rest(pairs: duckdb.DuckDBPyConnection) -> None:
    ((linked, left, together),) = ask(
        pairs,
        "select (select count(*) from linked), (select count(*) from left_over), (select count(*) from line)",
    )

    assert linked + left == together == ROWS and left > 0
    assert ask(pairs, "select 1 from pair join linked using (line)") == []


def test_strangers_are_nobody(pairs: duckdb.DuckDBPyConnection) -> None:
    strangers = ask(pairs, "select count(*) from line where person_id is null")

    assert strangers == [(round(ROWS * lists.OUTSIDERS),)]


def test_most_rows_left_over_are_told_rightly_by_the_table_that_is_kept(
    pairs: duckdb.DuckDBPyConnection,
) -> None:
    answers = ours.decided(pairs, once.bounds(), WEIGHTS)

    truth = dict(ask(pairs, "select id, person_id from left_over"))
    right = sum(truth[row] == person for row, person in answers.items())
    assert right >= 5 and right >= 0.9 * len(answers)


def test_a_table_is_learned_without_the_truth(pairs: duckdb.DuckDBPyConnection) -> None:
    table = learn.table(pairs)

    assert {field: tuple(found) for field, found in table.items()} == dict(LEVELS)
    assert table["name"]["same"]["m"] > 0.5 > table["name"]["same"]["u"]
    assert {level["u"] for level in table["door"].values()} == {1.0}


@pytest.mark.parametrize(
    ("answers", "worth"),
    [
        ({1: 10, 2: 20}, (1.0, 1.0, 1.0)),
        ({1: 10}, (1.0, 0.5, 2 / 3)),
        ({1: 10, 3: 30}, (0.5, 0.5, 0.5)),
        ({}, (0.0, 0.0, 0.0)),
    ],
)
def test_answers_are_worth_what_is_right_among_them_and_among_all(
    answers: dict[int, int], worth: tuple[float, float, float]
) -> None:
    found = once.worth(answers, {1: 10, 2: 20, 3: None}, brought={1, 2})

    assert (found["precision"], found["recall"], found["f1"]) == pytest.approx(worth)


def test_of_equals_splink_is_not_made_to_choose_either() -> None:
    answers = once._at_every_bound({1: [(10, 12.0), (11, 12.0)], 2: [(20, 12.0), (21, 3.0)]})

    assert all(1 not in one for one in answers)
    assert {2: 20} in answers
