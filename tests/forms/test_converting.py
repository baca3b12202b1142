"""XLSForms are read by a program of their own; what is none, or is meant to do harm, is refused in words."""

import zipfile
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from gridward.forms.converting import LIMITS, Converted, form_convert, question_read
from gridward.forms.rules import form_problems
from gridward.kernel.outcomes import Refusal
from tests.forms.sheets import CHOICES, Row, asked, csv_of, sheets, xlsx_of


def converted(path: Path) -> Converted:
    form = form_convert(path, filename=path.name)
    assert isinstance(form, Converted), form
    return form


def test_a_workbook_and_a_csv_of_the_same_sheets_are_the_same_form(tmp_path: Path) -> None:
    book = sheets(asked(), asked("visits", "integer", relevant="${help_needed} = 'yes'"))
    written = tmp_path / "form.csv"
    written.write_bytes(csv_of(book))

    csv, xlsx = converted(written), converted(xlsx_of(book, tmp_path / "form.xlsx"))

    assert csv.questions == xlsx.questions and (csv.code, csv.version) == (xlsx.code, xlsx.version)
    assert csv.code == "care_visit" and csv.version == "1" and csv.title == "Care visit"
    one, two = csv.questions
    assert (one.kind, two.kind, two.relevant) == ("select_one", "integer", "${help_needed} = 'yes'")
    assert one.label == {"中文 (zh)": "需要帮助吗", "English (en)": "Is help needed?"}
    assert one.purpose["English (en)"] == "To arrange help"
    assert [name for name, _label in one.choices] == ["yes", "no"]
    assert 'id="care_visit"' in csv.xform and 'version="1"' in csv.xform


def test_the_houses_own_form_may_be_asked() -> None:
    with as_file(files("gridward.forms") / "data" / "health_registration.csv") as path:
        form = converted(path)

    assert form_problems(code=form.code, version=form.version, questions=form.questions, fields_most=12) == []
    assert sum(question.is_asked for question in form.questions) == 12
    assert {len(question.label) for question in form.questions} == {3}


def test_groups_and_repeats_keep_their_place(tmp_path: Path) -> None:
    group = {
        "type": "begin_repeat",
        "name": "people",
        "label::中文 (zh)": "人",
        "label::English (en)": "People",
    }
    path = tmp_path / "form.csv"
    path.write_bytes(csv_of(sheets(group, asked("visits", "integer"), {"type": "end_repeat"}, asked())))

    found = converted(path).questions

    assert [(one.path, one.kind, one.repeat) for one in found] == [
        ("people", "repeat", ""),
        ("people/visits", "integer", "people"),
        ("help_needed", "select_one", ""),
    ]


@pytest.mark.parametrize(
    "kind", ["audio", "video", "geotrace", "geoshape", "geopoint", "file", "phonenumber", "deviceid"]
)
def test_what_is_not_asked_is_named_by_its_kind(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(csv_of(sheets(asked("thing", kind), asked())))

    form = converted(path)
    found = form_problems(code=form.code, version=form.version, questions=form.questions, fields_most=12)

    assert [(one.question, one.code) for one in found] == [("thing", "kind_not_allowed")]


def test_of_lists_from_files_only_the_households_of_the_day_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    files = [
        asked("household", "select_one_from_file tasks.csv", gives=" Task "),
        asked("others", "select_one_from_file others.csv"),
        asked("capitals", "select_one_from_file Tasks.csv"),
        asked("several", "select_multiple_from_file tasks.csv"),
    ]
    path.write_bytes(csv_of(sheets(*files, asked(gives=""))))

    form = converted(path)
    found = form_problems(code=form.code, version=form.version, questions=form.questions, fields_most=12)

    assert [(one.kind, one.gives, one.choices) for one in form.questions[:1]] == [("household", "task", ())]
    assert [question.is_asked for question in form.questions] == [False, False, False, False, True]
    assert [(one.question, one.code) for one in found] == [
        (name, "kind_not_allowed") for name in ("others", "capitals", "several")
    ]


def read(folder: Path, *rows: Row, choices: Sequence[Row] = CHOICES, **settings: str) -> Converted:
    book = sheets(*rows, choices=choices)
    book["settings"] = [{**book["settings"][0], **settings}]
    path = folder / "form.csv"
    path.write_bytes(csv_of(book))
    return converted(path)


def refused(form: Converted) -> list[tuple[str, str]]:
    found = form_problems(
        code=form.code,
        version=form.version,
        questions=form.questions,
        fields_most=12,
        settings=form.settings,
    )
    return [(one.question, one.code) for one in found]


def test_the_other_names_of_a_kind_are_the_same_kind(tmp_path: Path) -> None:
    kinds = {
        "string": "text", "phone number": "text", "int": "integer", "percentage": "integer", "datetime": "moment",
        "date time": "moment", "acknowledge": "tick", "trigger": "tick", "image": "image", "photo": "image",
    }  # fmt: skip

    form = read(tmp_path, *(asked(f"q{place}", kind) for place, kind in enumerate(kinds)))

    assert [one.kind for one in form.questions] == list(kinds.values())
    limits = {one.name: one.constraint for one in form.questions if one.constraint}
    assert limits == {"q1": r"regex(., '^\d*$')", "q3": "0 <= . and . <= 100"}, (
        "what a kind brings along counts"
    )


def test_a_loop_asks_the_same_in_a_group_for_each_of_its_list(tmp_path: Path) -> None:
    label = {"label::中文 (zh)": "%(label)s多少", "label::English (en)": "%(label)s: how many?"}

    form = read(
        tmp_path,
        {"type": "begin loop over yes_no", "name": "answers"},
        asked("count", "integer", **label),
        {"type": "end loop"},
    )

    assert [(one.path, one.kind) for one in form.questions] == [
        ("answers", "group"),
        ("answers/yes", "group"),
        ("answers/yes/count", "integer"),
        ("answers/no", "group"),
        ("answers/no/count", "integer"),
    ]
    assert [one.label["English (en)"] for one in form.questions if one.is_asked] == [
        "Yes: how many?",
        "No: how many?",
    ]


def test_what_nobody_answers_is_no_question(tmp_path: Path) -> None:
    plain = {
        "label::中文 (zh)": "",
        "label::English (en)": "",
        "hint::中文 (zh)": "",
        "hint::English (en)": "",
    }
    group = asked("table", "begin_group", appearance="table-list")

    form = read(
        tmp_path,
        group,
        asked(),
        {"type": "end_group"},
        asked("at", "dateTime", trigger="${help_needed}", calculation="now()", **plain),
        asked("shown", "text", readonly="yes"),
    )

    asked_here = [one.name for one in form.questions if one.is_asked]
    assert asked_here == ["help_needed"]
    assert [one.kind for one in form.questions if one.name in ("at", "shown")] == ["calculate", "note"]


#: What a form might do beside asking: rows of its sheet, and what is said of them.
BESIDE: dict[str, dict[str, str]] = {
    "the answers somebody gave before": asked("q", "integer", default="${last-saved#q}"),
    "a list nobody sent along": asked("q", "integer", relevant="pulldata('others', 'a', 'b', 'c') = 1"),
    "choices out of a file": asked("q", "select_one others", appearance="search('others')"),
    "another app by its appearance": asked("q", "integer", appearance="ex:org.example.app(a='1')"),
    "another app by its own column": asked("q", "integer", **{"body::intent": "org.example.app(a='1')"}),
    "another app for a photo": asked("q", "image", parameters="app=org.example.app"),
    "a page of the web": asked("q", "text", appearance="url"),
    "the camera that looks at whoever holds it": asked("q", "image", appearance="new-front"),
    "a signature": asked("q", "image", appearance="signature"),
    "a trace of everything that is tapped": {"type": "audit", "name": "audit"},
}


def test_what_a_form_does_beside_asking_is_refused(tmp_path: Path) -> None:
    rows = [
        {**row, "name": f"q{place}"} for place, row in enumerate(BESIDE.values()) if row["type"] != "audit"
    ]
    rows[0]["default"] = "${last-saved#q0}"

    others = [*CHOICES, {**CHOICES[0], "list_name": "others"}]
    form = read(tmp_path, asked(), *rows, BESIDE["a trace of everything that is tapped"], choices=others)

    names = [row["name"] for row in rows] + ["audit"]
    assert refused(form) == [(name, "kind_not_allowed") for name in names]


def test_the_households_of_the_day_may_be_looked_up(tmp_path: Path) -> None:
    door = asked("task", "select_one_from_file tasks.csv", gives="task")
    looked_up = asked("people", "calculate", calculation="pulldata('tasks', 'people_count', 'name', ${task})")

    form = read(tmp_path, door, looked_up, asked())

    assert [one.kind for one in form.questions] == ["household", "calculate", "select_one"]


def test_where_answers_go_is_no_setting_of_a_form(tmp_path: Path) -> None:
    form = read(
        tmp_path,
        asked(),
        submission_url="https://example.org/submission",
        public_key="MIIB",
        auto_delete="true",
    )

    assert form.settings == ("submission_url", "public_key", "auto_delete")
    assert refused(form) == [("", "settings_refused")]


def test_pictures_beside_words_are_refused_where_they_stand(tmp_path: Path) -> None:
    choices = [{**CHOICES[0], "media::image": "yes.jpg"}, CHOICES[1]]

    form = read(
        tmp_path,
        asked(),
        asked("visits", "integer"),
        asked("heard", "integer", **{"media::audio": "a.mp3"}),
        choices=choices,
    )

    assert refused(form) == [("help_needed", "media_not_sent"), ("heard", "media_not_sent")]


def test_a_question_kept_before_answers_gave_anything_is_read() -> None:
    kept = {
        "path": "visits", "name": "visits", "kind": "integer", "repeat": "", "label": {"": "Visits"}, "hint": {},
        "purpose": {"": "To plan"}, "is_required": False, "relevant": "", "constraint": "", "calculation": "",
        "constraint_message": {}, "required_message": {}, "pixels_most": "", "choices": [],
    }  # fmt: skip

    assert question_read(kept).gives == "" and question_read({**kept, "gives": "person"}).gives == "person"


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def macros(folder: Path) -> Path:
    path = xlsx_of(sheets(), folder / "macros.xlsx")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    return path


def bomb(folder: Path) -> Path:
    path = xlsx_of(sheets(), folder / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b" " * (300 << 20))
    return path


def entities(folder: Path) -> Path:
    path = folder / "entities.xlsx"
    with zipfile.ZipFile(xlsx_of(sheets(), folder / "plain.xlsx")) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a0 "ha">{laughs}]>'.encode()
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = head + sheet.replace(b"help_needed", b"&a9;")
    return packed(path, parts)


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


HOSTILE = {
    "nothing": (written("form.xlsx", b""), "table_"),
    "noise": (written("form.xlsx", bytes(range(256)) * 20), "table_"),
    "no workbook in the container": (lambda folder: packed(folder / "form.xlsx", {"a.txt": b"x"}), "table_"),
    "a workbook with macros": (macros, "table_macros"),
    "a bomb": (bomb, "table_"),
    "a billion laughs": (entities, "form_"),
    "an old workbook": (written("form.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600), "form_file_kind"),
    "a page of the web": (written("form.html", b"<html>"), "form_file_kind"),
    "too many bytes": (written("form.csv", b"survey\n" + b"," * (LIMITS.bytes_max)), "form_too_large"),
    "no form at all": (written("form.csv", "姓名,电话\n王小明,13800000000\n".encode()), "form_unreadable"),
    "bytes of no text": (written("form.csv", b"\xff\xfe\x00survey"), "form_unreadable"),
    "an empty csv": (written("form.csv", b""), "form_unreadable"),
    "a list nobody wrote": (
        written("form.csv", csv_of(sheets(asked("q", "select_one nobody")))),
        "form_unreadable",
    ),
    "a broken expression": (written("form.csv", csv_of(sheets(asked(relevant="${nobody} = 1")))), "form_unreadable"),
    "a calculation without one": (written("form.csv", csv_of(sheets(asked("q", "calculate")))), "form_unreadable"),
    "two questions of one name": (written("form.csv", csv_of(sheets(asked(), asked()))), "form_unreadable"),
    "a group without end": (
        written("form.csv", csv_of(sheets(asked(), asked("g", "begin_group")))),
        "form_unreadable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_form_is_refused_in_words(what: str, tmp_path: Path) -> None:
    make, code = HOSTILE[what]
    path = make(tmp_path)

    refused = form_convert(path, filename=path.name)

    assert isinstance(refused, Refusal) and refused.code.startswith(code), refused
    assert refused.title and refused.advice and "Traceback" not in refused.advice


def test_what_the_converter_says_of_a_mistake_reaches_whoever_made_it(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(csv_of(sheets(asked("q", "select_one nobody"))))

    refused = form_convert(path, filename=path.name)

    assert isinstance(refused, Refusal) and "nobody" in refused.advice
