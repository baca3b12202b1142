"""Bringing the catalogues to what the program says: nothing is lost, nothing is invented, everything is checked."""

import os
import time
from pathlib import Path

import pytest

from tests.scripts.loading import load

translations = load("translations")

MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

# Translators: on the board
OPEN = _("Open tasks")
HELLO = _("Hello %(name)s")
COUNT = ngettext("%(n)s row", "%(n)s rows", 2)
HOUSE = pgettext_lazy("household", "Home")
PLAIN = gettext_noop("Plain")
NO_WORDS = translate("not a message")
"""
PAGE = "{% translate 'Board' %}\n  {% blocktranslate trimmed %}\n Good day\n{% endblocktranslate %}"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program that speaks, with a glossary and no Chinese yet."""
    source = tmp_path / "gridward"
    locale = source / "wiring" / "locale"
    (source / "kernel" / "migrations").mkdir(parents=True)
    (source / "kernel" / "web" / "templates").mkdir(parents=True)
    locale.mkdir(parents=True)
    (source / "kernel" / "words.py").write_text(MODULE, encoding="utf-8")
    (source / "kernel" / "migrations" / "0001.py").write_text('x = _("Of long ago")\n', encoding="utf-8")
    (source / "kernel" / "web" / "templates" / "a.html").write_text(PAGE, encoding="utf-8")
    (source / "kernel" / "b.html").write_text("{% translate 'No template' %}", encoding="utf-8")
    (locale / "glossary.csv").write_text("chinese,english\n看板,board\n", encoding="utf-8")
    for name, value in {
        "ROOT": tmp_path, "SOURCE": source, "LOCALE": locale, "GLOSSARY": locale / "glossary.csv",
        "SIMPLIFIED": locale / "zh_Hans" / "LC_MESSAGES" / "django.po",
        "TRADITIONAL": locale / "zh_Hant" / "LC_MESSAGES" / "django.po",
    }.items():  # fmt: skip
        monkeypatch.setattr(translations, name, value)
    return source


def chinese() -> dict[object, object]:
    return {
        message.id: message.string for message in translations.load(translations.SIMPLIFIED) if message.id
    }


def translate(**words: str) -> None:
    """Fill in Chinese as a person does in the catalogue."""
    catalogue = translations.load(translations.SIMPLIFIED)
    for message in catalogue:
        english = message.id[0] if isinstance(message.id, tuple) else message.id
        if english and english in words:
            message.string = (words[english],) if isinstance(message.id, tuple) else words[english]
    translations.save(catalogue, translations.SIMPLIFIED)


EVERYTHING = {
    "Open tasks": "未结任务", "Hello %(name)s": "%(name)s,您好", "%(n)s row": "%(n)s 行",
    "Home": "住户", "Plain": "普通", "Good day": "您好",
}  # fmt: skip


def checked(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = translations.main(["check"])
    return code, capsys.readouterr().out.splitlines()


def test_modules_and_pages_speak_and_migrations_and_stray_pages_do_not(house: Path) -> None:
    messages = {message.id: message for message in translations.collect() if message.id}

    assert set(messages) == {
        "Open tasks", "Hello %(name)s", ("%(n)s row", "%(n)s rows"), "Home", "Plain", "Board", "Good day",
    }  # fmt: skip
    assert messages["Home"].context == "household"
    assert messages["Open tasks"].auto_comments == ["Translators: on the board"]


def test_new_messages_come_in_empty_and_words_of_the_glossary_with_their_chinese(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert translations.main(["merge"]) == 0

    assert chinese()["Board"] == "看板"
    assert chinese()["Open tasks"] == ""
    assert capsys.readouterr().out == "7 messages, 6 without Chinese\n"


def test_merging_keeps_what_was_translated_and_drops_what_nobody_says_any_more(house: Path) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING)
    words = house / "kernel" / "words.py"
    words.write_text(MODULE.replace('"Plain"', '"Plainly"'), encoding="utf-8")

    translations.main(["merge"])

    assert chinese()["Open tasks"] == "未结任务"
    assert chinese()["Plainly"] == "", "likeness is no translation"
    assert "Plain" not in translations.SIMPLIFIED.read_text(encoding="utf-8").replace("Plainly", "")


def test_merging_twice_writes_the_same(house: Path) -> None:
    translations.main(["merge"])
    once = translations.SIMPLIFIED.read_text(encoding="utf-8")

    translations.main(["merge"])

    assert translations.SIMPLIFIED.read_text(encoding="utf-8") == once
    assert "Date" not in once


def test_a_complete_catalogue_is_content(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING)

    assert checked(capsys) == (0, ["every message has its Chinese"])


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"Open tasks": ""}, "no Chinese: 'Open tasks' (gridward/kernel/words.py)"),
        ({"Hello %(name)s": "您好"}, "placeholder: 'Hello %(name)s': '您好'"),
        ({"Hello %(name)s": "%(nmae)s,您好"}, "placeholder: 'Hello %(name)s': '%(nmae)s,您好'"),
        ({"Open tasks": "%(n)s 未结"}, "placeholder: 'Open tasks': '%(n)s 未结'"),
        ({"%(n)s row": "行"}, "placeholder: ('%(n)s row', '%(n)s rows'): '行'"),
    ],
    ids=["no Chinese", "a value lost", "a value misspelt", "a value invented", "a value of a plural lost"],
)
def test_what_is_wrong_with_a_translation_is_said(
    house: Path, capsys: pytest.CaptureFixture[str], wrong: dict[str, str], complaint: str
) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING | wrong)

    assert checked(capsys) == (1, [complaint])


def test_a_message_nobody_says_any_more_is_said(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING)
    words = house / "kernel" / "words.py"
    words.write_text(MODULE.replace('PLAIN = gettext_noop("Plain")', ""), encoding="utf-8")

    assert checked(capsys) == (1, ["obsolete: 'Plain'"])


def test_the_same_word_in_another_context_is_another_message(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING)
    words = house / "kernel" / "words.py"
    words.write_text(MODULE.replace('"household", "Home"', '"page", "Home"'), encoding="utf-8")

    code, complaints = checked(capsys)

    assert code == 1
    assert complaints == ["obsolete: 'Home'", "no Chinese: 'Home' (gridward/kernel/words.py)"]


def test_what_the_program_reads_is_compiled_once_and_again_after_a_change(house: Path) -> None:
    translations.main(["merge"])
    translate(**EVERYTHING)
    compiled = translations.SIMPLIFIED.with_suffix(".mo")
    translations.main([])
    first = compiled.stat().st_mtime_ns
    translations.main([])
    second = compiled.stat().st_mtime_ns
    translate(**{"Plain": "平常"})
    later = time.time() + 5
    os.utime(translations.SIMPLIFIED, (later, later))

    translations.main(["compile"])

    assert first == second
    assert "平常" in compiled.read_bytes().decode("utf-8", "replace")
    assert "未結任務" in translations.TRADITIONAL.read_text(encoding="utf-8")
    assert translations.TRADITIONAL.with_suffix(".mo").exists()


def test_without_a_catalogue_there_is_nothing_to_compile(house: Path) -> None:
    assert translations.main([]) == 0

    assert not translations.TRADITIONAL.exists()


@pytest.mark.parametrize("words", [["marge"], ["check", "twice"]])
def test_a_word_it_does_not_know_is_answered_with_what_it_knows(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert translations.main(words) == 2
    assert "translations.py merge" in capsys.readouterr().err
