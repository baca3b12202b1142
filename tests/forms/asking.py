"""What the tests of answers share: a form made of questions, and a submission to it."""

from datetime import UTC, datetime

from gridward.forms.answers import WRONGS, Answers, AnswersWrong, CompiledForm, answers_read, compiled
from gridward.forms.rules import Question
from gridward.kernel.outcomes import Refusal

ID = "5f0b6f0e-7c0d-4d0e-9a51-3f1f4a8f6b10"
#: Half past nine in the morning where the house stands; in UTC the day is the same.
AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
YES_NO = (("yes", {"English (en)": "Yes"}), ("no", {"English (en)": "No"}))


def asked(path: str, kind: str = "text", **more: object) -> Question:
    said = {
        "path": path, "name": path.rpartition("/")[2], "kind": kind, "repeat": "", "label": {"": path}, "hint": {},
        "purpose": {}, "is_required": False, "relevant": "", "constraint": "", "calculation": "",
        "constraint_message": {}, "required_message": {}, "pixels_most": "",
        "choices": YES_NO if kind in ("select_one", "select_many", "rank") else (),
    }  # fmt: skip
    return Question(**(said | more))  # type: ignore[arg-type]


def form(*questions: Question) -> CompiledForm:
    return compiled("visit", "3", questions)


def sent(body: str, code: str = "visit", version: str = "3", instance_id: str = f"uuid:{ID}") -> bytes:
    return (
        f"<?xml version='1.0' ?><data xmlns:orx='http://openrosa.org/xforms' id='{code}' version='{version}'>{body}"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID></orx:meta></data>"
    ).encode()


def read(asks: CompiledForm, body: str, at: datetime = AT) -> Answers | AnswersWrong | Refusal:
    return answers_read(asks, sent(body), at=at)


def values(asks: CompiledForm, body: str, at: datetime = AT) -> dict[str, tuple[str, ...]]:
    answers = read(asks, body, at)
    assert isinstance(answers, Answers), answers
    return dict(answers.values)


def wrong(asks: CompiledForm, body: str, at: datetime = AT) -> list[str]:
    answers = read(asks, body, at)
    if isinstance(answers, Answers):
        return []
    assert isinstance(answers, AnswersWrong), answers
    assert all(one.message and one.code in WRONGS for one in answers.problems)
    return [f"{one.place}:{one.code}" for one in answers.problems]
