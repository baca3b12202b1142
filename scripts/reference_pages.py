"""
The pages of docs/reference, each from the list in the code that it shows. Only importable once Django is set up.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from procrastinate.contrib.django import app as job_app
from reference_commands import command_sections

import gridward
from gridward.governance import profiles, rules
from gridward.kernel import outbox, outcomes
from gridward.kernel.sealing import PERSONAL_COLUMNS
from gridward.wiring import subscriptions
from gridward.wiring.settings_list import SETTINGS
from gridward.workforce.rules import COMMAND_LINE_ONLY, ROLES
from simulator.day import WORDS
from simulator.lists import KINDS, SHAPES

#: Starting these modules runs something, or they belong to a process of their own.
NOT_LOADED = ("gridward.wiring.asgi", "gridward.wiring.worker", "gridward.wiring.cli")


def load_everything() -> None:
    """Import every module, so that each has declared its refusals, facts and columns."""
    for module in pkgutil.walk_packages(gridward.__path__, "gridward."):
        if not module.name.startswith(NOT_LOADED) and "__main__" not in module.name:
            importlib.import_module(module.name)


load_everything()


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines) + "\n"


def cell(value: object) -> str:
    """Return a value as it may stand in a table."""
    return " ".join(str(value).replace("|", "\\|").split())


def code(value: object) -> str:
    """Return a value as code; nothing for nothing."""
    return f"`{value}`" if value not in (None, "") else ""


def sentence(thing: object) -> str:
    """Return the first paragraph of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def listed(values: Iterable[object]) -> str:
    """Return values as code, separated by commas."""
    return ", ".join(code(value) for value in values)


def page(title: str, about: str, body: str) -> str:
    """Return a page: title, one line about it, body."""
    return f"# {title}\n\n{about}\n\n{body}"


def rooms() -> str:
    """Return what each room offers to the rooms above it."""
    parts = []
    for name in ["kernel", "country", *[room for room in settings.ROOMS if room != "kernel"], "wiring"]:
        module = importlib.import_module(f"gridward.{name}")
        parts.append(f"## {name}\n\n{inspect.getdoc(module)}\n")
        if doors := door_rows(name):
            parts.append(table(("`api`", "what it does"), doors))
        if tables := table_rows(name):
            parts.append(table(("table", "what it holds"), tables))
    about = "What each room owns, offers to the rooms above it, and keeps."
    return page("Rooms", about, "\n".join(parts))


def door_rows(room: str) -> list[tuple[str, str]]:
    """Return what a room's api offers, by name."""
    try:
        api = importlib.import_module(f"gridward.{room}.api")
    except ModuleNotFoundError:
        return []
    names = getattr(api, "__all__", None) or [
        name
        for name, thing in vars(api).items()
        if getattr(thing, "__module__", "") == api.__name__ and not name.startswith("_")
    ]
    offered = {name: getattr(api, name) for name in names}
    return [
        (code(name), sentence(thing) if callable(thing) else "a value")
        for name, thing in sorted(offered.items(), key=lambda pair: pair[0].lower())
    ]


def table_rows(room: str) -> list[tuple[str, str]]:
    """Return the tables of a room."""
    if not apps.is_installed(f"gridward.{room}"):
        return []
    models = apps.get_app_config(room).get_models()
    return sorted((code(model._meta.db_table), sentence(model)) for model in models)


def urls() -> str:
    """Return every URL and its door."""
    rows = []
    for url, name, view in views():
        door = getattr(view, "door", None)
        if door is None:
            rows.append(
                (code(f"/{url}"), code(name), "POST", "public", "", "Choose the language (Django's own).")
            )
            continue
        collects = "asks the gate" if door.collects else ""
        rows.append(
            (code(f"/{url}"), code(name), " ".join(door.methods), code(door.right), collects, sentence(view))
        )
    heads = ("URL", "name", "methods", "right", "collects", "what it does")
    about = "Every address of the site, what it accepts, and the right it asks for."
    extra = "\n`/live` is the stream of changes (server-sent events), for whoever is signed in.\n"
    return page("URLs", about, table(heads, sorted(rows)) + extra)


def views(patterns: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Return (path, name, view) of every URL."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, path, entry.app_name or space)
        elif isinstance(entry, URLPattern):
            name = f"{space}:{entry.name}" if space else str(entry.name)
            for view in getattr(entry.callback, "operations", {"": entry.callback}).values():
                yield path, name, view


def rights() -> str:
    """Return the matrix of roles and rights."""
    every = sorted({right for role in ROLES.values() for right in role.rights})
    first = table(
        ("role", "words", "database role", "bound to"),
        (
            (
                code(name),
                str(role.label) + (" (command line only)" if name in COMMAND_LINE_ONLY else ""),
                code(role.db_role),
                role.bound_to,
            )
            for name, role in ROLES.items()
        ),
    )
    matrix = table(
        ("role", *every),
        (
            (code(name), *("x" if right in role.rights else "" for right in every))
            for name, role in ROLES.items()
        ),
    )
    about = "Which role carries which right, under which database role, bound to what."
    return page("Roles and rights", about, f"{first}\n{matrix}")


def refusals() -> str:
    """Return the catalogue of refusals."""
    rows = (
        (code(name), problem.status, str(problem.title), str(problem.advice))
        for name, problem in sorted(outcomes.CATALOGUE.items())
    )
    about = "Every expected no: its stable code, its HTTP status, what is wrong and what to do next."
    return page("Refusals", about, table(("code", "status", "what is wrong", "what to do next"), rows))


def facts() -> str:
    """Return the facts and who hears them."""
    heard: dict[str, list[str]] = {}
    for kind, name, _listener in subscriptions.SUBSCRIPTIONS:
        heard.setdefault(kind, []).append(name)
    rows = (
        (
            code(kind),
            sentence(fact),
            listed(field.name for field in fields(fact)),
            listed(heard.get(kind, ())) or "–",
        )
        for kind, fact in sorted(outbox.fact_kinds().items())
    )
    about = "What rooms announce, with ids only, and who hears it."
    return page("Facts", about, table(("kind", "when it is true", "ids", "heard by"), rows))


def purposes() -> str:
    """Return the closed list of purposes."""
    rows = (
        (code(name), str(one.label), str(one.explanation), one.basis) for name, one in rules.PURPOSES.items()
    )
    scopes = ((code(name), str(words)) for name, words in rules.POPULATION_SCOPES.items())
    kinds = ((code(name), str(words)) for name, words in rules.ORDER_KINDS.items())
    body = "\n".join(
        (
            table(("purpose", "words", "explanation", "basis"), rows),
            "## Population scopes of an order\n",
            table(("scope", "words"), scopes),
            "## Kinds of order\n",
            table(("kind", "words"), kinds),
        )
    )
    return page("Purposes", "Why personal data may be touched; nothing else can be asked for.", body)


def profile() -> str:
    """Return the parameters of the built-in profile."""
    rows = (
        (code(name), f"{one['value']:g}", one["unit"], one["source"])
        for name, one in sorted(profiles.COVID19_CN_2020_03.items())
    )
    about = "Every number of disease, burden and hours in `covid19_cn_2020_03`, with its source."
    return page("Profile", about, table(("parameter", "value", "unit", "source"), rows))


def personal_columns() -> str:
    """Return the register of personal columns."""
    rows = (
        (
            code(one.table),
            code(one.column),
            one.sensitivity,
            code(one.purpose),
            code(one.retention),
            "sealed" if one.column.endswith("_sealed") else "blind index",
        )
        for _key, one in sorted(PERSONAL_COLUMNS.items())
    )
    heads = ("table", "column", "class", "purpose", "retention", "how it is kept")
    about = "Every column that holds something about a person: how sensitive, what for, how long, and how it is kept."
    return page("Personal columns", about, table(heads, rows))


def the_settings() -> str:
    """Return the environment variables."""
    rows = ((code(one.name), code(one.default) or "–", one.meaning) for one in SETTINGS)
    about = "Every environment variable the house reads."
    return page("Settings", about, table(("variable", "without it", "meaning"), rows))


def jobs() -> str:
    """Return the jobs of the worker."""
    crons = {name: task.cron for (name, _id), task in job_app.periodic_registry.periodic_tasks.items()}
    rows = (
        (code(name), task.queue, code(crons.get(name)) or "when a fact was announced", sentence(task.func))
        for name, task in sorted(job_app.tasks.items())
        if name.startswith("gridward.")
    )
    about = "What the worker runs, and when. A sixth field of a schedule counts seconds."
    return page("Jobs", about, table(("job", "queue", "schedule", "what it does"), rows))


def commands() -> str:
    """Return the command line."""
    return page(
        "Commands", "Every command of `gridward` and `gridward-verify`.", command_sections(table, code)
    )


def lists() -> str:
    """Show the simulator's lists and what goes wrong in them."""
    shapes = [
        (
            code(shape.channel),
            shape.filename,
            shape.format,
            f"{100 * shape.share:.1f} %",
            "、".join(shape.headers),
        )
        for shape in SHAPES
    ]
    kinds = [(code(kind), sentence(soil), f"{100 * share:.1f} %") for kind, (soil, share) in KINDS.items()]
    body = "\n".join(
        [
            table(("Channel", "File", "Format", "Share of all rows", "Columns"), shapes),
            "## Dirt",
            "",
            "The share is how often a kind is tried; what changes nothing has not happened. In `truth.csv` the",
            "kinds of a row follow what the person is: `resident`, `outsider_here` (at a door of the city) or",
            "`outsider_elsewhere`. `row_number` is the physical row in the sheet; in JSON, the place from 1.",
            "",
            table(("Kind", "What happens", "Share"), kinds),
        ]
    )
    return page(
        "Synthetic lists", "What the simulator's seventeen departments send, and what is wrong in it.", body
    )


def day() -> str:
    """Show the words in the files of the simulator's day."""
    rows = [
        (
            f"{file}.csv",
            code(column),
            ", ".join(
                code(word) if share is None else f"{code(word)} {100 * share:.3g} %"
                for word, share in words.items()
            ),
        )
        for (file, column), words in WORDS.items()
    ]
    return page(
        "Words of a day",
        "What may stand in the files of the simulator's day, and how often it is drawn.",
        table(("File", "Column", "Words, and their share where one is drawn"), rows),
    )


PAGES: dict[str, Callable[[], str]] = {
    "rooms.md": rooms,
    "urls.md": urls,
    "rights.md": rights,
    "refusals.md": refusals,
    "facts.md": facts,
    "purposes.md": purposes,
    "profile.md": profile,
    "personal-columns.md": personal_columns,
    "settings.md": the_settings,
    "jobs.md": jobs,
    "commands.md": commands,
    "lists.md": lists,
    "day.md": day,
}
