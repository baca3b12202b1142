"""The catalogues: nothing of the program is left without Chinese, and conversion keeps the words of the grid."""

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("translations", ROOT / "scripts" / "translations.py")
translations = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(translations)


TEMPLATE = """
<div>
    {% if a %}{% translate "Open" context "measure" %}{% endif %}
  {% blocktranslate count n=n trimmed %}
   one {{ n }} row
  {% plural %} {{ n }} rows
  {% endblocktranslate %}
<p title="{% translate 'It is {x}' %}">
"""


def catalogue(**messages: str) -> Catalog:
    """Make a Chinese catalogue of python-format messages."""
    made = Catalog(locale="zh_Hans")
    for english, chinese in messages.items():
        made.add(english.replace("_", " "), chinese, locations=[("a.py", 1)])
    return made


def test_every_message_of_the_program_has_its_chinese():
    wrong = translations.complaints(translations.load(translations.SIMPLIFIED), translations.collect())

    assert wrong == []


def test_merging_again_changes_nothing():
    before = translations.SIMPLIFIED.read_text(encoding="utf-8")

    after = translations.rendered(translations.load(translations.SIMPLIFIED))

    assert after == before


def test_templates_and_modules_are_both_read(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(TEMPLATE, encoding="utf-8")
    module = tmp_path / "rules.py"
    module.write_text(
        'from x import gettext as _\n\ndef f():\n    return _("Nobody " "home")\n', encoding="utf-8"
    )

    found = [(message, context) for _line, message, _notes, context in translations.messages_in(page)]
    plain = [message for _line, message, _notes, _context in translations.messages_in(module)]

    assert ("Open", "measure") in found
    assert (("one %(n)s row", "%(n)s rows"), None) in found
    assert ("It is {x}", None) in found
    assert plain == ["Nobody home"]


@pytest.mark.parametrize(
    ("chinese", "complaint"),
    [
        (catalogue(), "no Chinese"),
        (catalogue(Rows_left=""), "no Chinese"),
        (catalogue(Rows_left="剩余行", Gone="没有了"), "obsolete"),
    ],
)
def test_what_is_missing_or_left_over_is_named(chinese, complaint):
    present = catalogue(Rows_left="")

    wrong = translations.complaints(chinese, present)

    assert len(wrong) == 1
    assert wrong[0].startswith(complaint)


def test_a_lost_placeholder_is_named():
    present, chinese = Catalog(), Catalog(locale="zh_Hans")
    present.add("%(count)s rows", locations=[("a.py", 1)])
    chinese.add("%(count)s rows", "行")

    assert translations.complaints(chinese, present)[0].startswith("placeholder")


def test_a_fuzzy_message_is_named():
    chinese = Catalog(locale="zh_Hans")
    chinese.add("Rows left", "剩余行", flags=["fuzzy"])

    assert translations.complaints(chinese, catalogue(Rows_left=""))[0].startswith("fuzzy")


def test_the_community_of_the_grid_stays_a_community_in_traditional_characters():
    converted = translations.traditional(catalogue(Community="社区", Network="网格员"))

    assert converted["Community"].string == "社區"
    assert converted["Network"].string == "網格員"


@pytest.mark.parametrize(
    ("language", "written"), [("zh-hans", "退出登录"), ("zh-hant", "退出登錄"), ("en", "Sign out")]
)
def test_the_compiled_catalogues_are_what_the_program_speaks(language, written):
    translations.compile_all()

    with translation.override(language):
        assert gettext("Sign out") == written
