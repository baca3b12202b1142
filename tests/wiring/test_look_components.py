"""The frame and the components, drawn without a browser."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, engines
from django.test import RequestFactory

import gridward
from tests.wiring.look_samples import NOW
from tests.wiring.look_server import page

HOUSE = Path(gridward.__file__).parent


def draw(source: str, **values: object) -> str:
    """Draw a template text with the tags of the house."""
    request = RequestFactory().get("/tasks/?sort=due&state=late&after=t9")
    return (
        engines["django"]
        .engine.from_string(source)
        .render(Context({"request": request, "now": NOW, **values}))
    )


@pytest.fixture(scope="module")
def guide() -> str:
    """The style guide in English."""
    return page("en")


def test_no_page_carries_inline_script_or_style(guide):
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", guide)
    assert "<style" not in guide
    assert not re.search(r"\sstyle=", guide)
    assert not re.search(r"\son[a-z]+=", guide)


@pytest.mark.parametrize("path", sorted(HOUSE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_of_any_room_carries_inline_code_and_each_can_be_read(path):
    source = path.read_text(encoding="utf-8")

    engines["django"].engine.from_string(source)

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_no_page_names_another_host(guide):
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", guide)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("active", "Emergency order 2020-07"),
        ("ending", "ends soon; then collection stops"),
        ("none", "Readiness: no emergency order is active. Nothing can be collected."),
    ],
)
def test_every_page_says_whether_an_order_is_in_force(state, words):
    assert words in page("en", state)


def test_an_order_without_much_time_left_is_announced_as_ending():
    order = SimpleNamespace(number="7", title="", purposes_text="p", ends_at=NOW, state="active")

    drawn = draw('{% include "components/orders.html" %}', orders=[order])

    assert "gw-order-ending" in drawn


def test_a_page_says_when_its_people_are_synthetic(guide):
    assert "Synthetic people" in guide


def test_the_watermark_repeats_user_and_time(guide):
    mark = guide[guide.index('class="gw-watermark"') :].split("</svg>")[0]

    assert mark.count("值班员 07 · 2020-02-14 14:48") == 2


def test_the_page_tells_the_browser_its_language():
    assert '<html lang="zh-Hans">' in page("zh-hans")
    assert '<html lang="zh-Hant">' in page("zh-hant")
    assert '<html lang="en">' in page("en")


def test_languages_are_offered_under_their_own_names(guide):
    switch = guide[guide.index("gw-language") :].split("</details>")[0]

    assert 'method="post"' in switch
    for name in ("English", "简体中文", "繁體中文"):
        assert name in switch


def test_the_bottom_bar_never_has_more_than_five_places(guide):
    bar = guide[guide.index('class="gw-bar"') :].split("gw-menu-sheet")[0]

    assert bar.count("<a ") + bar.count("<summary") == 5


TOP = '{% include "components/header.html" %}'


@pytest.mark.parametrize(
    ("places", "current", "in_row", "beyond", "is_here"),
    [
        (0, None, 0, 0, False),
        (3, 1, 3, 0, False),
        (8, 7, 8, 0, False),
        (9, 6, 7, 2, False),
        (12, 7, 7, 5, True),
        (12, 11, 7, 5, True),
    ],
)
def test_the_row_at_the_top_holds_eight_places_and_leads_to_the_others(
    places, current, in_row, beyond, is_here
):
    nav = [
        {"url": f"/{at}", "label": f"place {at}", "icon": "dot", "current": at == current}
        for at in range(places)
    ]

    drawn = draw(TOP, nav=nav, actor=SimpleNamespace(area_name="", role_label=""))

    row, _sep, sheet = drawn.partition('<div class="gw-menu-sheet">')
    assert [row.count("<li><a "), sheet.count('class="gw-menu-entry" href')] == [in_row, beyond]
    assert [url for url in range(places) if drawn.count(f'href="/{url}"') != 1] == []
    assert ("gw-here" in drawn) is is_here
    assert drawn.count('aria-current="page"') == (current is not None)


def test_a_figure_opens_its_count():
    drawn = draw('{% figure "Late" 12345 href="/tasks/?late=1" as_of=now measure="late" %}')

    assert 'href="/tasks/?late=1"' in drawn
    assert "12,345" in drawn
    assert "14:48" in drawn


def test_a_figure_escapes_what_it_is_given():
    assert "<b>" not in draw("{% figure label 1 note=label %}", label="<b>x</b>")


def test_an_unknown_tone_is_an_error_of_the_programmer():
    with pytest.raises(ValueError, match="unknown word"):
        draw('{% badge "x" tone="pink" %}')


TABLE = '{% data_table columns=columns rows=rows id="t" more="t10" %}'
COLUMNS = [
    {"key": "name", "label": "Task", "href": "url", "sort": "name"},
    {"key": "due_at", "label": "Due", "kind": "due", "sort": "due"},
    {"key": "count", "label": "Asks", "kind": "number"},
    {"key": "share", "label": "Share", "kind": "percent"},
    {"key": "done", "label": "Done", "kind": "progress"},
]
ROW = {"name": "T<1>", "url": "/t/1", "due_at": NOW, "count": 48216, "share": (1, 2), "done": (48216, 90000)}


def test_a_table_sorts_by_links_that_keep_the_filter_and_drop_the_page():
    drawn = draw(TABLE, columns=COLUMNS, rows=[ROW])

    assert 'href="?sort=name&amp;state=late"' in drawn or 'href="?state=late&amp;sort=name"' in drawn
    assert re.search(r'aria-sort="ascending"><a href="\?[^"]*sort=-due', drawn)
    assert 'aria-sort="none"' in drawn


def test_a_table_goes_on_by_keyset_and_leads_back_to_its_start():
    drawn = draw(TABLE, columns=COLUMNS, rows=[ROW])

    assert "after=t10" in drawn
    assert "after=t9" not in drawn
    assert 'hx-select="#t tbody &gt; tr"' in drawn or 'hx-select="#t tbody > tr"' in drawn
    assert 'class="gw-start"' in drawn


def test_cells_are_written_by_their_kind():
    drawn = draw(TABLE, columns=COLUMNS, rows=[ROW])

    assert 'href="/t/1">T&lt;1&gt;</a>' in drawn
    assert "48,216" in drawn
    assert "50.0 %" in drawn
    assert 'value="48216" max="90000"' in drawn


def test_an_empty_table_says_so_instead_of_drawing_heads():
    drawn = draw(
        '{% data_table columns=columns rows=rows empty="No task waits." %}', columns=COLUMNS, rows=[]
    )

    assert "No task waits." in drawn
    assert "<table" not in drawn


def test_help_and_error_of_a_field_are_tied_to_its_control(guide):
    described = re.search(r'<input type="file"[^>]*aria-describedby="([^"]+)"', guide)

    assert described
    for target in described[1].split():
        assert f'id="{target}"' in guide


def test_a_question_works_without_scripts():
    drawn = draw('{% confirm id="end" title="End?" action="/end" page="/end/ask" reason_least=20 %}')

    assert '<a class="btn btn-primary" href="/end/ask" data-confirm="end">' in drawn
    assert 'minlength="20"' in drawn
    assert 'name="csrfmiddlewaretoken"' in drawn


def test_the_page_of_a_question_asks_the_same():
    drawn = page("en", template="confirm.html")

    assert "<form" in drawn


@pytest.mark.parametrize(
    "name", ["refused", "login_needed", "plain_refusal", "failed", "no_pages", "400", "403"]
)
def test_every_refusal_page_can_be_drawn_without_the_rooms(name):
    refusal = SimpleNamespace(code="forbidden", title="No.", advice="Ask.")

    drawn = draw(f'{{% extends "{name}.html" %}}', refusal=refusal, title="No.", advice="Ask.")

    assert "Gridward" in drawn


def test_a_chart_carries_its_figures_as_data_and_as_a_table():
    plot = {
        "kind": "bar",
        "x": ["06:00"],
        "series": [{"name": "</script>", "values": [1760], "measure": "open"}],
    }

    drawn = draw('{% chart id="c" title="Day" plot=plot %}', plot=plot)

    assert '</script>"' not in drawn
    assert "1,760" in drawn
    assert 'type="application/json"' in drawn
