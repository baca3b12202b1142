"""What a form may ask, as a table: every problem is named at its question, and what is innocent passes."""

from dataclasses import replace

import pytest

from gridward.forms import rules
from gridward.forms.rules import Question

NOBODY = {"zh": "只拍物品,不要拍到人", "en": "Things only, nobody on it"}


def question(kind: str = "integer", name: str = "visits", **more: object) -> Question:
    said = {
        "path": name, "name": name, "kind": kind, "repeat": "", "label": {"zh": "次数", "en": "How often"}, "hint": {},
        "purpose": {"zh": "安排", "en": "To plan"}, "is_required": False, "relevant": "", "constraint": "",
        "calculation": "", "constraint_message": {}, "required_message": {}, "pixels_most": "", "choices": (),
        "gives": "",
    }  # fmt: skip
    return Question(**(said | more))  # type: ignore[arg-type]


def problems(*questions: Question, code: str = "care_visit", version: str = "1", most: int = 12) -> list[str]:
    found = rules.form_problems(code=code, version=version, questions=questions, fields_most=most)
    return [f"{one.question}:{one.code}" for one in found]


def words(text: str) -> Question:
    return question(label={"zh": text, "en": text})


RIGHT = {
    "a number": question(),
    "words of a bounded length": question("text", constraint="string-length(.) <= 100"),
    "words of a pattern": question("text", constraint="regex(., '^[0-9]{11}$')"),
    "a photo of a thing": question("image", pixels_most="1280", hint=NOBODY),
    "a note without a purpose": question("note", purpose={}),
    "a road whose name holds a forbidden word": words("民族路几号"),
    "an English word that holds one": words("Embrace of the railing disinfected"),
    "the race of a word within another": words("Terrace swept"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_may_be_asked(what: str) -> None:
    asked = [RIGHT[what]] if RIGHT[what].is_asked else [RIGHT[what], question()]

    assert problems(*asked) == []


FORBIDDEN = {
    "民族": "ethnicity", "族别": "ethnicity", "Ethnic group": "ethnicity", "Race": "ethnicity",
    "宗教信仰": "religion", "是否信教": "religion", "Religion": "religion", "Which church": "religion",
    "政治面貌": "politics", "是否党员": "politics", "Political views": "politics", "Party membership": "politics",
    "Are you a party member": "politics", "婚姻状况": "marriage", "Marital state": "marriage", "配偶姓名": "marriage",
    "性取向": "sexuality", "月收入": "income", "Salary": "income", "银行卡号": "income",
    "人脸照片": "biometrics", "请自拍一张": "biometrics", "指纹": "biometrics", "Take a selfie": "biometrics",
    "健康码颜色": "score", "信用分": "score", "Risk level of the person": "score",
    "14天行程轨迹": "trace", "活动轨迹": "trace", "Travel trace": "trace",
    "通讯录": "contacts", "Call log": "contacts", "车牌号": "plate", "Licence plate": "plate",
    "人 脸": None, "人脸": "biometrics", "民　族": None,
}  # fmt: skip


@pytest.mark.parametrize("text", [text for text, what in FORBIDDEN.items() if what])
def test_what_nobody_is_asked(text: str) -> None:
    assert rules.forbidden(words(text)) == FORBIDDEN[text]
    assert problems(words(text)) == ["visits:forbidden"]


@pytest.mark.parametrize("text", [text for text, what in FORBIDDEN.items() if not what and " " in text])
def test_what_the_words_do_not_give_away_a_second_person_reads(text: str) -> None:
    # Said in docs/architecture/forms.md: the lint reads words, not minds.
    assert rules.forbidden(words(text)) is None


def test_a_name_or_a_choice_gives_away_as_much_as_the_words() -> None:
    assert rules.forbidden(question(name="marital_state")) == "marriage"
    assert rules.forbidden(question("select_one", choices=(("a", {"zh": "党员"}),))) == "politics"


WRONG = {
    "no purpose": (question(purpose={}), "visits:purpose_missing"),
    "a purpose in one language only": (question(purpose={"zh": "安排", "en": " "}), "visits:purpose_missing"),
    "words without end": (question("text"), "visits:words_unbounded"),
    "words of a thousand": (question("text", constraint="string-length(.) < 1000"), "visits:words_unbounded"),
    "a photo of any size": (question("image", hint=NOBODY), "visits:photo_size"),
    "a photo too large": (question("image", hint=NOBODY, pixels_most="4000"), "visits:photo_size"),
    "a photo with people": (question("image", pixels_most="800"), "visits:photo_prompt"),
    "a sound": (question("?audio"), "visits:kind_not_allowed"),
    "a trace": (question("?geotrace"), "visits:kind_not_allowed"),
    "a picture beside the words": (question(has_media=True), "visits:media_not_sent"),
    "a picture beside words to read": (question("note", has_media=True), "visits:media_not_sent"),
    "a text in one language": (question(label={"zh": "次数"}), ":language_missing"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_speaks_against_a_form(what: str) -> None:
    wrong, problem = WRONG[what]

    assert problem in problems(wrong, question(name="other"))


def test_twelve_questions_are_a_form_and_thirteen_are_none() -> None:
    twelve = [question(name=f"q{number}") for number in range(12)]

    assert problems(*twelve, question("note", name="words", purpose={})) == []
    assert problems(*twelve, question(name="one_more")) == [":too_many_fields"]


@pytest.mark.parametrize("code", ["", "A", "ab", "1visit", "care visit", "健康", "x" * 49, "care-visit"])
def test_a_form_has_an_id_that_every_system_can_say(code: str) -> None:
    assert problems(question(), code=code) == [":code_wrong"]


@pytest.mark.parametrize("version", ["", " ", "1 2", "版本", "1" * 25])
def test_a_form_has_a_version(version: str) -> None:
    assert problems(question(), version=version) == [":version_missing"]


def test_a_form_that_asks_nothing_is_none() -> None:
    assert problems(question("note")) == [":nothing_asked"]


def test_a_form_says_nothing_of_where_its_answers_go() -> None:
    found = rules.form_problems(
        code="care_visit", version="1", questions=[question()], fields_most=12, settings=["submission_url"]
    )

    assert [(one.question, one.code) for one in found] == [("", "settings_refused")]
    assert "submission_url" in found[0].message


def giving(gives: str, kind: str, name: str = "") -> Question:
    bound = "string-length(.) <= 40" if kind == "text" else ""
    return question(kind, name=name or f"of_{gives}", gives=gives, constraint=bound)


TASK = giving("task", "household", "household")
GIVEN = {
    "person": "integer", "result": "select_one", "outcome": "select_one", "found_by": "select_one",
    "reason": "text", "name": "text", "phone": "text", "id_number": "text", "address": "text",
}  # fmt: skip


def test_the_list_of_what_answers_may_give_is_closed() -> None:
    assert set(rules.GIVES) == {"task", *GIVEN}


@pytest.mark.parametrize("gives", GIVEN)
def test_what_an_answer_gives_belongs_to_a_household(gives: str) -> None:
    given = giving(gives, GIVEN[gives])

    assert problems(TASK, given, question()) == []
    assert problems(given, question()) == [f"of_{gives}:gives_alone"]


@pytest.mark.parametrize("gives", GIVEN)
def test_what_an_answer_gives_has_one_kind(gives: str) -> None:
    wrong = giving(gives, "date")

    assert problems(TASK, wrong, question()) == [f"of_{gives}:gives_kind"]


WRONGLY_GIVEN = {
    "a word nobody knows": ([TASK, giving("shoes", "text")], ["of_shoes:gives_unknown"]),
    "the same twice": ([TASK, giving("phone", "text"), giving("phone", "text", "other")], ["other:gives_twice"]),
    "a telephone in a group that repeats": (
        [TASK, replace(giving("phone", "text"), repeat="people")], ["of_phone:gives_repeats"],
    ),
    "two households": ([TASK, giving("task", "household", "other")], ["other:gives_twice"]),
    "a household for nothing": ([giving("", "household", "household")], ["household:gives_kind"]),
    "a household for a name": ([TASK, giving("name", "household", "other")], ["other:gives_kind"]),
    "a task in words": ([giving("task", "text", "words")], ["words:gives_kind"]),
    "several without a household": ([giving("name", "text"), giving("phone", "text")], ["of_name:gives_alone"]),
    "a word nobody knows, without a household": ([giving("shoes", "text")], ["of_shoes:gives_unknown"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONGLY_GIVEN)
def test_what_speaks_against_what_a_form_gives(what: str) -> None:
    asked, expected = WRONGLY_GIVEN[what]

    assert problems(*asked, question()) == expected


def test_household_and_person_are_picked_and_cost_nobody_a_question() -> None:
    twelve = [question(name=f"q{number}") for number in range(12)]
    picked = [question("household", name="household", gives="task", purpose={}),
              question(name="person", gives="person", purpose={})]  # fmt: skip

    assert problems(*picked, *twelve) == []
    assert problems(*picked) == [":nothing_asked"]
