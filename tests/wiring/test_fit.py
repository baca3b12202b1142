"""Tables of another version of the program are refused with one line that says what to do, and nothing is changed."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from gridward.wiring.cli.fit import columns_check, history_check
from gridward.wiring.cli.problems import CommandError, ending_of
from gridward.wiring.cli.ready import tables_check, tables_migrate, tables_waiting
from tests import people
from tests.wiring.supervisor_cases import ONE_LINE


def as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def steps() -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select app, name from django_migrations order by app, name")
        return list(cursor.fetchall())


@pytest.fixture
def database(fresh_database: str) -> Iterator[str]:
    """A database of its own whose tables fit the program."""
    yield fresh_database
    connections["owner"].close()


RAN = "insert into django_migrations (app, name, applied) values ('{}', '{}', now())"
FORGET = "delete from django_migrations where app = '{}' and name = '{}'"

#: How tables come to be another version's -> what was done to them, and the words that tell it.
OTHERS = {
    "a newer program ran a step": ((RAN.format("intake", "0099_later"),), "intake.0099_later"),
    "a program with other names for its steps": (
        tuple(RAN.format(room, "0099_x") for room in ("kernel", "intake", "registry", "dispatch")),
        "dispatch.0099_x, intake.0099_x, kernel.0099_x and 1 more",
    ),
    "steps in another order": ((FORGET.format("kernel", "0001_initial"),), "in another order"),
    "the same steps, written anew": (
        ("alter table intake_clue rename column person_id to person",), "there is no intake_clue.person_id"
    ),
    "a table that is gone": (("drop table workforce_agency cascade",), "there is no workforce_agency.code"),
}  # fmt: skip


def look() -> None:
    """Ask what every command asks, on the connection of the test."""
    with people.as_owner():
        history_check(MigrationLoader(connection), connection)
        columns_check(connection)


def arrange(*statements: str) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(("done", "words"), OTHERS.values(), ids=OTHERS.keys())
@pytest.mark.django_db
def test_tables_of_another_version_are_refused_with_what_to_do(done: tuple[str, ...], words: str) -> None:
    arrange(*done)

    with pytest.raises(CommandError) as refused:
        look()

    ending = ending_of(refused.value)
    assert (ending.exit_code, refused.value.code) == (4, "database.other_version")
    assert words in ending.line
    assert "GRIDWARD_DATA" in ending.line, "what to do stands in the line"
    assert ONE_LINE.match(ending.line + "\n")


@pytest.mark.parametrize(
    "done",
    [
        (RAN.format("procrastinate", "0999_later"), RAN.format("gone_package", "0001_initial")),
        ("alter table intake_clue add column added_by_the_operator text",),
        (),
    ],
    ids=["what a package calls its steps", "a column too many", "nothing"],
)
@pytest.mark.django_db
def test_what_does_no_harm_is_no_reason_to_refuse(done: tuple[str, ...]) -> None:
    arrange(*done)

    look()


def test_a_step_that_does_not_find_what_it_builds_on_is_refused_and_rolled_back(database: str) -> None:
    last = [name for app, name in steps() if app == "intake"][-1]
    as_owner(
        "delete from django_migrations where app in ('dispatch', 'command')", FORGET.format("intake", last)
    )

    with pytest.raises(CommandError, match=r"a step failed on them with \w+") as refused:
        tables_migrate()

    assert refused.value.code == "database.other_version"
    assert ("intake", last) not in steps()


def test_every_command_asks_and_changes_nothing(database: str) -> None:
    before = steps()
    assert tables_waiting() == 0
    tables_check()
    tables_migrate()
    assert steps() == before

    as_owner(RAN.format("intake", "0099_later"))
    for command in (tables_check, tables_migrate):
        with pytest.raises(CommandError, match=r"intake\.0099_later"):
            command()

    assert steps() == sorted([*before, ("intake", "0099_later")])


def test_tables_that_are_older_are_told_apart_from_another_s(database: str) -> None:
    (last,) = [step for step in steps() if step[0] == "dispatch"][-1:]
    as_owner(FORGET.format(*last))

    with pytest.raises(
        CommandError, match=r"\(1 steps missing\)\. Run: gridward database migrate"
    ) as refused:
        tables_check()

    assert refused.value.code == "database.not_migrated"
