"""Foreign keys, reverse names and migrations point down the staircase: the import linter cannot see them."""

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.house.rooms import STEP


def house_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in STEP]


def test_foreign_keys_point_down() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in house_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label in STEP
        and STEP[field.related_model._meta.app_label] > STEP[model._meta.app_label]
    ]  # fmt: skip

    assert wrong == []


def test_no_table_has_a_reverse_name() -> None:
    named = [
        f"{model._meta.label}.{field.name}"
        for model in house_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not field.remote_field.hidden
    ]

    assert named == []


def test_migrations_point_down() -> None:
    loader = MigrationLoader(None)

    wrong = [
        f"{app}.{name} depends on {dependency}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in STEP
        for dependency in migration.dependencies
        if dependency[0] in STEP and STEP[dependency[0]] > STEP[app]
    ]

    assert wrong == []
