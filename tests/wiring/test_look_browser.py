"""The style guide in a real browser: policy, accessibility, sizes, and what the islands do."""

import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.wiring.look_server import VENDOR, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not VENDOR.is_dir(), reason="the browser files are not in place: make assets"),
]
SMALLEST_TOUCH = 44


@pytest.fixture(scope="module")
def server() -> Iterator[object]:
    """The loopback server with the style guide."""
    with serving() as running:
        yield running


def visit(
    browser: Browser, server: object, language: str, width: int, **options: object
) -> tuple[Page, list[str]]:
    """Open the style guide; return the page and, growing, everything that went wrong on it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, timezone_id="Asia/Shanghai", **options
    )
    page, wrong = context.new_page(), []
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda sent: wrong.append(sent.url) if not sent.url.startswith((base, "data:")) else None
    )
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{base}?lang={language}")
    return page, wrong


def until(reached: Callable[[], bool], seconds: float = 10) -> None:
    """Wait; the policy forbids the browser's own waiting, which evaluates text."""
    ends = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends, "not reached in time"
        time.sleep(0.05)


@pytest.mark.heavy  # the pages made of it are looked at by the walk
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_style_guide_is_accessible_fits_and_keeps_the_policy(browser, server, language):
    page, wrong = visit(browser, server, language, 1440)
    page.wait_for_selector("[data-painted]", timeout=30_000)
    page.locator(".gw-chart").scroll_into_view_if_needed()
    page.wait_for_selector(".gw-chart-canvas svg")

    # Turned in the hand and drawn together, not asked for again: what the page brings is the same at every width.
    for width in (1440, 768, 412, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found = Axe().run(page).response["violations"]
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")

        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], width
        assert beyond <= 0, width
    page.context.close()
    assert wrong == []


def test_the_map_shows_another_measure_and_hears_the_bell(browser, server):
    page, wrong = visit(browser, server, "en", 1440)
    page.wait_for_selector("[data-painted]", timeout=30_000)
    page.get_by_role("radio", name="Share done").check()
    assert "100 %" in page.locator("[data-map-legend]").inner_text()
    page.wait_for_selector("[data-live-state=live]")

    server.bell.set()
    expect(page.locator('[data-area="320102"] [data-cell=late]')).to_have_text("999")

    page.context.close()
    assert wrong == []


def test_the_map_is_coloured_from_far_by_what_the_table_lists_and_from_near_by_grids(browser, server):
    page, wrong = visit(browser, server, "en", 1440)
    page.wait_for_selector("[data-painted]", timeout=30_000)
    drawn = """zoom => new Promise(done => {
      const { map } = document.querySelector("[data-map]").areaMap;
      map.once("idle", () => done(["fill-far", "fill"].map(
        one => map.queryRenderedFeatures({ layers: [one] }).some(({ state }) => state.rank > 0))));
      map.jumpTo({ zoom });
      map.triggerRepaint();
    })"""
    legend = page.locator("[data-map-legend]")

    assert page.evaluate(drawn, 8) == [True, False]
    assert "Open tasks · District" in legend.inner_text()
    assert page.evaluate(drawn, 11.5) == [False, True]
    assert "Open tasks · Grid" in legend.inner_text()

    page.context.close()
    assert wrong == []


def test_a_part_of_the_page_comes_in_again_when_its_topic_rings(browser, server):
    page, wrong = visit(browser, server, "en", 1440)
    page.locator(".gw-chart").scroll_into_view_if_needed()
    page.wait_for_selector(".gw-chart-canvas svg")
    page.evaluate("document.querySelector('.gw-chart').classList.add('old')")
    page.wait_for_selector("[data-live-state=live]")

    server.bell.set()
    page.wait_for_selector(".gw-chart:not(.old) .gw-chart-canvas svg")

    page.context.close()
    assert wrong == []


def test_the_map_names_an_area_and_leads_to_it(browser, server):
    page, _wrong = visit(browser, server, "zh-hans", 1440)
    page.wait_for_selector("[data-painted]", timeout=30_000)
    until(lambda: page.evaluate("document.querySelector('[data-map]').areaMap.map.loaded()"))
    sheet = page.locator(".gw-map-sheet").bounding_box()
    spot = (sheet["x"] + sheet["width"] / 2, sheet["y"] + sheet["height"] / 2)

    page.mouse.move(*spot)
    page.wait_for_selector("[data-map-hover]:not([hidden])")
    words = page.locator("[data-map-hover]").inner_text()
    page.mouse.click(*spot)
    page.wait_for_url("**/areas/**")

    page.context.close()
    assert "未办结任务" in words


def test_a_question_opens_as_a_dialog_and_closes_again(browser, server):
    page, wrong = visit(browser, server, "en", 1440)
    page.get_by_role("link", name="End the order").click()
    assert page.locator("#stop").get_attribute("open") is not None

    page.get_by_role("button", name="Cancel").click()

    closed = page.locator("#stop").get_attribute("open")
    page.context.close()
    assert closed is None
    assert wrong == []


def test_without_scripts_the_figures_are_there_and_the_question_leads_on(browser, server):
    page, wrong = visit(browser, server, "en", 412, java_script_enabled=False)
    assert page.locator("[data-area='320102']").is_visible()

    page.get_by_role("link", name="End the order").click()

    address = page.url
    page.context.close()
    assert address.endswith("/confirm")
    assert wrong == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_without_a_page_opens_with_and_without_scripts(browser, server, scripts):
    page, _wrong = visit(browser, server, "en", 1440, java_script_enabled=scripts)
    page.get_by_role("button", name="Sign").click()
    assert page.get_by_text("You answer for it.").is_visible()

    page.locator("#sign").get_by_role("button", name="Cancel").click()

    shown = page.get_by_text("You answer for it.").is_visible()
    page.context.close()
    assert not shown


def test_a_finger_finds_every_control_on_a_phone(browser, server):
    page, _wrong = visit(browser, server, "zh-hans", 360, has_touch=True)
    small = page.evaluate(
        """least => [...document.querySelectorAll('.gw-bar > *, .gw-header summary, .gw-brand, main .btn')]
        .filter(one => one.checkVisibility())
        .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < least || box.width < least).map(([words]) => words)""",
        SMALLEST_TOUCH,
    )
    page.context.close()

    assert small == []


@pytest.mark.parametrize("width", [360, 412])
@pytest.mark.parametrize("word", ["Supervision", "Hand-overs", "Lies with you", "重点场所"])
def test_the_bar_of_a_phone_cuts_no_word(browser, server, width, word):
    page, _wrong = visit(browser, server, "en", width)
    cut = page.evaluate(
        """word => {
          const words = [...document.querySelectorAll('.gw-bar > a > span, .gw-bar summary > span')];
          words[3].textContent = word;
          words[3].closest('a').setAttribute('aria-current', 'page');
          return words.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent);
        }""",
        word,
    )
    page.context.close()

    assert cut == []


def test_large_print_is_kept_from_page_to_page(browser, server):
    page, _wrong = visit(browser, server, "en", 1440)
    page.get_by_label("Account").click()
    page.locator("[data-large-print]:visible").click()
    page.reload()

    size = page.evaluate("getComputedStyle(document.documentElement).fontSize")
    page.context.close()

    assert size == "20px"


def test_paper_gets_figures_order_and_watermark_but_no_controls(browser, server):
    page, _wrong = visit(browser, server, "zh-hans", 1024)
    page.wait_for_selector("[data-painted]", timeout=30_000)
    page.emulate_media(media="print")

    shown = {
        name: page.locator(name).first.is_visible() for name in (".gw-nav", ".gw-map-canvas", "main .btn")
    }
    kept = {
        name: page.locator(name).first.is_visible() for name in (".gw-order", ".gw-figure", "[data-area]")
    }
    page.context.close()

    assert not any(shown.values())
    assert all(kept.values())


@pytest.fixture(scope="module")
def sums(browser: Browser, server: object) -> Iterator[Page]:
    """One page for all sums: they change nothing on it."""
    page, _wrong = visit(browser, server, "en", 412)
    yield page
    page.context.close()


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("m.wordsOf('open', [1, 3, 6, 10])", ["0", "1–2", "3–5", "6–9", "10+"]),
        ("m.wordsOf('late', [1, 60, 120, 200])", ["0", "1–59", "60–119", "120–199", "200+"]),
        ("m.classOf(5, [1, 3, 6, 10])", 2),
        ("m.classOf(m.valueOf('coverage', [0, 0, 0, 0]), [60, 80, 90, 100])", -1),
        ("m.classOf(m.valueOf('coverage', [1, 0, 99, 100]), [60, 80, 90, 100])", 3),
        ("m.wordOf('coverage', 99.99)", "99.9 %"),
        ("m.stepsOf('open', {a: [120, 0, 0, 1]})", [1, 60, 120, 200]),
    ],
)
def test_figures_fall_into_classes_that_say_what_they_hold(sums, call, answer):
    assert sums.evaluate(f"import('/static/gridward/js/measures.js').then(m => {call})") == answer
