"""
Turns one XLSForm into an XForm in a process of its own, and says the result as one line of JSON.

Owns the converter: what a hostile workbook makes it take this process takes, and falls of it alone. Refuses to import
anything of the house.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEGABYTES = 512
SECONDS = 20
#: What the converter calls a kind of question, and what it is called here. A kind that is not listed is not asked.
KINDS = {
    "text": "text", "string": "text", "phone number": "text", "integer": "integer", "int": "integer",
    "percentage": "integer", "number of days in last month": "integer",
    "number of days in last six months": "integer", "number of days in last year": "integer",
    "decimal": "decimal", "range": "range", "select one": "select_one", "select all that apply": "select_many",
    "rank": "rank", "date": "date", "time": "time", "dateTime": "moment", "datetime": "moment", "date time": "moment",
    "barcode": "barcode", "photo": "image", "image": "image", "trigger": "tick", "acknowledge": "tick",
    "note": "note", "calculate": "calculate", "hidden": "hidden", "start": "meta", "start time": "meta",
    "end": "meta", "end time": "meta", "today": "meta", "group": "group", "loop": "group", "repeat": "repeat",
}  # fmt: skip
#: The one list from outside that is shown: the households of the worker's own day, which the house gives each phone.
HOUSEHOLDS = "tasks.csv"
FILES = (".csv", ".xml", ".geojson")
#: What would come from another file than that, or out of the answers somebody gave before.
LOOKED_UP = re.compile(r"""pulldata\(\s*\\?["'](?!tasks\\?["'])""")
BEFORE = re.compile(r"last-saved#")
#: What would hand an answer to another program on the phone, and photos that are of a person.
APPS = re.compile(r"\b(ex:|printer:|url\b)")
STARTED = re.compile(r"\bapp\b")
PERSONS = re.compile(r"\b(selfie|new-front|signature)\b")
#: Settings of where answers go, when, and how they are written: all of that is the house's to say.
SETTINGS = ("submission_url", "public_key", "auto_send", "auto_delete", "instance_xmlns")
MESSAGES = {"jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message"}


def main(path: str, suffix: str) -> None:
    """Say what the form is, or what is wrong with it."""
    for what, limit in (
        (resource.RLIMIT_AS, MEGABYTES * 1024 * 1024),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    try:
        said = _converted(path, suffix)
    except MemoryError:
        said = {"wrong": "form_too_large"}
    except Exception as error:
        said = {"wrong": "form_unreadable", "why": _why(error)}
    sys.stdout.write(json.dumps(said) + "\n")


def _why(error: Exception) -> str:
    """Return the converter's own words; those of other errors would mean nothing to anybody."""
    from pyxform.errors import PyXFormError

    return " ".join(str(error).split())[:400] if isinstance(error, PyXFormError) else ""


def _converted(path: str, suffix: str) -> dict[str, Any]:
    from pyxform.xls2xform import convert

    made = convert(Path(path).read_bytes(), file_type=suffix)
    survey: dict[str, Any] = made._pyxform or {}
    return {
        "code": str(survey.get("id_string", "")),
        "title": str(survey.get("title", "")),
        "version": str(survey.get("version", "")),
        "language": str(survey.get("default_language", "")),
        "questions": list(_questions(survey.get("children", ()), (), "")),
        "settings": [name for name in SETTINGS if survey.get(name)],
        "xform": made.xform,
        "warnings": [str(warning) for warning in made.warnings],
    }


def _questions(children: Any, path: tuple[str, ...], repeat: str) -> Iterator[dict[str, Any]]:
    for child in children:
        name, kind = str(child.get("name", "")), _kind(child)
        here = (*path, name)
        if name == "meta" and not path:
            yield from _watching(child)
            continue
        yield _said(child, here, kind, repeat)
        yield from _questions(_inside(child), here, name if kind == "repeat" else repeat)


def _watching(meta: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a form would write down beside the answers: its id and name are the house's, the rest nobody's."""
    for child in meta.get("children") or ():
        if child.get("type") != "calculate":
            yield _said(child, ("meta", str(child.get("name", ""))), f"?{child.get('type')}", "")


def _inside(child: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what stands in a group; a loop is a group of groups, one for each of its list, each asking the same."""
    from pyxform.builder import SurveyElementBuilder

    asked = child.get("children") or []
    if child.get("type") != "loop":
        return list(asked)
    worded = SurveyElementBuilder._name_and_label_substitutions
    columns = [column for column in child.get("columns") or () if column.get("name") != "none"]
    return [
        {**column, "type": "group", "children": [worded(one, column) for one in asked]} for column in columns
    ]


def _kind(child: dict[str, Any]) -> str:
    kind, control = str(child.get("type", "")), child.get("control") or {}
    appearance = str(control.get("appearance", ""))
    if elsewhere := _elsewhere(child, appearance):
        return f"?{kind} {elsewhere}"
    if child.get("itemset") == HOUSEHOLDS:
        return "household"
    if kind.startswith("select") and "label" in appearance.split():
        # The head of a table: it shows what the lines below it choose from, and nobody answers it.
        return "note"
    bind = child.get("bind") or {}
    works_out = child.get("trigger") or "calculate" in bind
    is_seen = child.get("label") or child.get("hint") or child.get("children")
    if works_out and not is_seen and kind in KINDS:
        return "calculate"
    if KINDS.get(kind) == "text" and _is_true(bind.get("readonly")):
        return "note"
    return KINDS.get(kind, f"?{kind}")


def _elsewhere(child: dict[str, Any], appearance: str) -> str:
    """Return where something outside of the form comes from or goes to, or that it shows a person; '' where nothing."""
    own = json.dumps({key: value for key, value in child.items() if key != "children"}, default=str)
    listed = str(child.get("itemset") or "")
    is_listed = listed.lower().endswith(FILES) and (child.get("type"), listed) != ("select one", HOUSEHOLDS)
    if BEFORE.search(own):
        return "from the answers before"
    if is_listed or LOOKED_UP.search(own) or "search(" in appearance:
        return "from file"
    starts = "intent" in (child.get("control") or {}) or STARTED.search(str(child.get("parameters")))
    if starts or APPS.search(appearance):
        return "from another app"
    return "of a person" if PERSONS.search(appearance) else ""


def _said(child: dict[str, Any], path: tuple[str, ...], kind: str, repeat: str) -> dict[str, Any]:
    bind = {**_bind(str(child.get("type", ""))), **(child.get("bind") or {})}
    choices = child.get("choices") or ()
    return {
        "path": "/".join(path),
        "name": path[-1],
        "kind": kind,
        "repeat": repeat,
        "label": _texts(child.get("label")),
        "hint": _texts(child.get("hint")),
        "purpose": _texts(child.get("purpose")),
        "is_required": _is_true(bind.get("required")),
        "relevant": str(bind.get("relevant", "")),
        "constraint": str(bind.get("constraint", "")),
        "calculation": str(bind.get("calculate", "")),
        **{ours: _texts(bind.get(theirs)) for theirs, ours in MESSAGES.items()},
        "pixels_most": str(bind.get("orx:max-pixels", "")),
        "choices": [{"name": str(one.get("name", "")), "label": _texts(one.get("label"))} for one in choices],
        "has_media": any(one.get("media") for one in (child, *choices)),
        "gives": str(child.get("gives") or "").strip().lower(),
    }


def _is_true(said: Any) -> bool:
    return str(said).lower() in ("yes", "true()", "true")


def _bind(kind: str) -> dict[str, Any]:
    """Return the limits that a kind brings along: a telephone number has digits, whatever the sheet says."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return dict(QUESTION_TYPE_DICT.get(kind, {}).get("bind") or {})


def _texts(value: Any) -> dict[str, str]:
    """Return texts by language; what has no language stands under the empty one."""
    if isinstance(value, dict):
        return {str(language): str(text) for language, text in value.items() if text}
    return {"": str(value)} if value not in (None, "") else {}


if __name__ == "__main__":
    main(*sys.argv[1:])
