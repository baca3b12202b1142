"""
Owns reading an XLSForm: the workbook is judged before it is unpacked, and converted by a program of its own.

Refuses to load the converter into this process, and to decide whether a form may be asked: the rules do.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from gridward.forms.rules import Question
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Limits, package_checked

PROGRAM: Final = Path(__file__).with_name("converting_program.py")
SECONDS: Final = 40
SUFFIXES: Final = (".xlsx", ".csv")
LIMITS: Final = Limits(bytes_max=2 << 20, rows_max=5_000, seconds_max=30.0)
#: What a form of the largest allowed size is as JSON, with room.
SAID_MAX: Final = 32 << 20


@dataclass(frozen=True)
class Converted:
    """A form as it was read: its code, version and title, what it asks, and the XForm that phones get."""

    code: str
    version: str
    title: str
    language: str
    questions: tuple[Question, ...]
    xform: str
    warnings: tuple[str, ...]
    #: Its settings that are the house's to say: where answers go, when, and how they are written.
    settings: tuple[str, ...] = ()


def form_convert(path: Path, *, filename: str) -> Converted | Refusal:
    """Read an XLSForm (.xlsx, or one .csv with the sheets below each other); refuse what is none, and say why."""
    suffix = Path(filename).suffix.lower()
    if suffix not in SUFFIXES:
        return refuse("form_file_kind")
    if path.stat().st_size > LIMITS.bytes_max:
        return refuse("form_too_large")
    if suffix == ".xlsx" and (wrong := package_checked(path, LIMITS)):
        return wrong.as_outcome()
    said = _said(path, suffix)
    if isinstance(said, Refusal):
        return said
    if "wrong" in said:
        is_large = said["wrong"] == "form_too_large"
        return refuse("form_too_large") if is_large else refuse("form_unreadable", why=said["why"])
    return Converted(
        code=said["code"],
        version=said["version"],
        title=said["title"],
        language=said["language"],
        questions=tuple(question_read(one) for one in said["questions"]),
        xform=said["xform"],
        warnings=tuple(said["warnings"]),
        settings=tuple(said["settings"]),
    )


def question_read(said: dict[str, Any]) -> Question:
    """Return a question as it is kept or as the program says it."""
    return Question(**{**said, "choices": tuple((one["name"], one["label"]) for one in said["choices"])})


def question_kept(question: Question) -> dict[str, Any]:
    """Return a question as it is kept; `question_read` reads it."""
    return {
        **asdict(question),
        "choices": [{"name": name, "label": dict(label)} for name, label in question.choices],
    }


def _said(path: Path, suffix: str) -> dict[str, Any] | Refusal:
    command = [sys.executable, "-I", str(PROGRAM), str(path.resolve()), suffix]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env={}, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return refuse("form_too_large")
    if ended.returncode or not 0 < len(ended.stdout) <= SAID_MAX:
        return refuse("form_too_large")
    said: dict[str, Any] = json.loads(ended.stdout)
    return said
