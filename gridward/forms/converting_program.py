"""
Turns one XLSForm into an XForm in a process of its own, and says the result as one line of JSON.

Owns the converter: what a hostile workbook makes it take this process takes, and falls of it alone. Refuses to import
anything of the house.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEGABYTES = 512
SECONDS = 20
#: What the converter calls a kind of question, and what it is called here. A kind that is not listed is not asked.
KINDS = {
    "text": "text", "integer": "integer", "int": "integer", "decimal": "decimal", "range": "range",
    "select one": "select_one", "select all that apply": "select_many", "rank": "rank",
    "date": "date", "time": "time", "dateTime": "moment", "barcode": "barcode", "photo": "image",
    "trigger": "tick", "acknowledge": "tick", "note": "note", "calculate": "calculate", "hidden": "hidden",
    "start": "meta", "end": "meta", "today": "meta",
}  # fmt: skip
#: The one list from outside that is shown: the households of the worker's own day, which the house gives each phone.
HOUSEHOLDS = "tasks.csv"
FILES = (".csv", ".xml", ".geojson")
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
        "xform": made.xform,
        "warnings": [str(warning) for warning in made.warnings],
    }


def _questions(children: Any, path: tuple[str, ...], repeat: str) -> Iterator[dict[str, Any]]:
    for child in children:
        name, kind = str(child.get("name", "")), str(child.get("type", ""))
        here = (*path, name)
        if name == "meta" and not path:
            continue
        if kind in ("group", "repeat"):
            yield _said(child, here, kind, repeat)
            yield from _questions(child.get("children", ()), here, name if kind == "repeat" else repeat)
        else:
            yield _said(child, here, _kind(child, kind), repeat)


def _kind(child: dict[str, Any], kind: str) -> str:
    listed = str(child.get("itemset") or "")
    if not listed.lower().endswith(FILES):
        return KINDS.get(kind, f"?{kind}")
    return "household" if kind == "select one" and listed == HOUSEHOLDS else f"?{kind} from file"


def _said(child: dict[str, Any], path: tuple[str, ...], kind: str, repeat: str) -> dict[str, Any]:
    bind = child.get("bind") or {}
    return {
        "path": "/".join(path),
        "name": path[-1],
        "kind": kind,
        "repeat": repeat,
        "label": _texts(child.get("label")),
        "hint": _texts(child.get("hint")),
        "purpose": _texts(child.get("purpose")),
        "is_required": str(bind.get("required", "")).lower() in ("yes", "true()", "true"),
        "relevant": str(bind.get("relevant", "")),
        "constraint": str(bind.get("constraint", "")),
        "calculation": str(bind.get("calculate", "")),
        **{ours: _texts(bind.get(theirs)) for theirs, ours in MESSAGES.items()},
        "pixels_most": str(bind.get("orx:max-pixels", "")),
        "choices": [
            {"name": str(one.get("name", "")), "label": _texts(one.get("label"))}
            for one in child.get("choices") or ()
        ],
        "gives": str(child.get("gives") or "").strip().lower(),
    }


def _texts(value: Any) -> dict[str, str]:
    """Return texts by language; what has no language stands under the empty one."""
    if isinstance(value, dict):
        return {str(language): str(text) for language, text in value.items() if text}
    return {"": str(value)} if value not in (None, "") else {}


if __name__ == "__main__":
    main(*sys.argv[1:])
