"""What a task and its subjects keep of their passes: written with each pass, and filled in from those there were."""

import importlib
from datetime import datetime

import pytest
from django.apps import apps
from django.db import connection

from gridward.dispatch import rules
from gridward.dispatch.models import Task, TaskSubject
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, moment

pytestmark = pytest.mark.django_db

MIGRATION = importlib.import_module("gridward.dispatch.migrations.0023_passes_told")


@pytest.mark.parametrize(
    ("present", "result", "reason", "after"),
    [
        ("", "answered", "", "done"),
        ("", "no_answer", "", "done"),
        ("", "skipped", "no_number", "no_number"),
        ("no_number", "skipped", "at_the_door", "at_the_door"),
        ("at_the_door", "skipped", "no_number", "at_the_door"),
        ("no_number", "answered", "", "done"),
        ("done", "skipped", "settled_by_phone", "done"),
    ],
)
def test_a_pass_is_left_out_until_it_is_made_up_for(
    present: str, result: str, reason: str, after: str
) -> None:
    assert rules.pass_after(present, result, reason) == after


def kept() -> tuple[set[tuple[datetime | None, int]], set[tuple[str, str]]]:
    with people.as_owner():
        return (
            set(Task.objects.values_list("asked_at", "asked_count")),
            set(TaskSubject.objects.values_list("phone_pass", "visit_pass")),
        )


def test_it_is_the_same_written_with_each_pass_and_filled_in_by_the_migration(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    task = desk.task()
    desk.call(STUDENT, "no_answer", at=moment(12, 10))
    desk.call(STUDENT, "skipped", reason="cannot_use_phone", at=moment(12, 20))
    desk.visit(task, "not_home", at=moment(13))
    desk.visit(task, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=moment(13, day=2))

    written = kept()
    with people.as_owner():
        Task.objects.update(asked_at=None, asked_count=0)
        TaskSubject.objects.update(phone_pass="", visit_pass="")
        assert kept() != written
        MIGRATION.told(apps, connection.schema_editor())

    assert kept() == written
    assert written == ({(moment(13, day=2), 1)}, {("done", "done"), ("at_the_door", "done")})
