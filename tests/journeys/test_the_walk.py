"""
The walk: three messy lists come in, one household is asked once, everybody who asked is answered, four boards move.

Every role has its own screen, as in a city. It works at any hour: at night the centre releases the task with a reason.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridward.wiring.model_city import CHANNELS
from tests.journeys.conftest import House, Town, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGENCY_OF = {channel["code"]: channel["agency_code"] for channel in CHANNELS}
LISTS = {
    "health-returnees": "卫健委-返宁人员.csv",
    "transport-contacts": "交通局-同乘人员.xlsx",
    "police-returnees": "公安局-来宁人员.json",
}


@pytest.fixture(scope="module")
def lists(house: House) -> Iterator[Path]:
    yield house.data / "model-city" / "street" / "lists"


def sent_in(officer: Walker, channel: str, path: Path) -> dict[str, int]:
    """Send a list in by the form, wait until every row is accounted for, and return the count."""
    page = officer.open("/lists/new").page
    page.select_option("select[name=channel]", channel)
    if page.locator("select[name=order] option").count() > 1:
        page.select_option("select[name=order]", index=1)
    page.set_input_files("input[type=file]", path)
    page.click("main form button.btn-primary")
    page.wait_for_selector("#count, #columns", timeout=60_000)
    if page.locator("#columns").count():
        page.click("main form[data-mapping] button.btn-primary")
    page.wait_for_selector("#count", timeout=60_000)
    numbers = [
        int(text.replace(",", "")) for text in page.locator("#batch .gw-lead strong").all_inner_texts()
    ]
    rows, accepted, rejected, again, merged, new, waiting = numbers
    assert again == accepted
    return {
        "rows": rows, "accepted": accepted, "rejected": rejected, "merged": merged, "new": new, "waiting": waiting,
    }  # fmt: skip


@pytest.fixture
def filled(town: Town, lists: Path) -> None:
    """The three lists are in: the walk has sent them, or nobody has yet."""
    officer = town.person("intake")
    if not officer.open("/lists").page.locator("#list-rows").count():
        for channel, name in LISTS.items():
            sent_in(officer, channel, lists / name)


def figure(walker: Walker, label: str) -> int:
    """Return a figure of a board by its label."""
    card = walker.page.locator(".gw-figure", has=walker.page.locator(f".gw-figure-label:text-is('{label}')"))
    return int(card.locator(".gw-figure-value").inner_text().replace(",", ""))


def busiest_task(officer: Walker) -> tuple[str, str, int]:
    """Return address, worker and number of asks of the task that most lists ask about."""
    rows = officer.open("/tasks").page.locator("#task-rows tbody tr[role=row]:not(.gw-more)")
    best = ("", "", 0)
    for row in rows.all():
        cells = row.locator("td").all_inner_texts()
        if int(cells[4]) > best[2]:
            link = row.locator("a").first.get_attribute("href") or ""
            best = (link, cells[2].strip(), int(cells[4]))
    return best


def answered(liaison: Walker) -> int:
    """Return how many rows of a department's own lists came back with an outcome, from the files it downloads."""
    page = liaison.open("/returns").page
    links = page.locator("#sent-rows tbody a").evaluate_all(
        "links => [...new Set(links.map(link => link.href))]"
    )
    total = 0
    for link in links:
        page.goto(link)
        table = page.request.get(f"{link}.csv").text().removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert set(rows[0]) == {"row_number", "status", "outcome", "outcome_at", "reason"}
        total += sum(1 for row in rows if row["outcome"])
    liaison.looks_well()
    return total


def test_three_lists_become_one_visit(town: Town, lists: Path) -> None:
    officer = town.person("intake")
    counts = {channel: sent_in(officer, channel, lists / name) for channel, name in LISTS.items()}
    for count in counts.values():
        assert count["rows"] == count["accepted"] + count["rejected"]
        assert count["accepted"] == count["merged"] + count["new"] + count["waiting"]
    officer.looks_well().shot("list")
    picture(town, "intake", officer.page.url, "list-zh")

    centre = town.person("community")
    link, worker, asks = busiest_task(centre)
    assert asks >= 2, "the lists are about the same households"
    centre.open(link).looks_well()
    if centre.page.locator("[data-confirm=release]").count():
        centre.page.click("[data-confirm=release]")
        centre.page.fill("#release_reason", "drill at night, the family agreed")
        centre.page.click("#release button.btn-primary")
        centre.page.wait_for_load_state()

    boards = {name: town.person(name).open("/board") for name in ("city", "district", "street", "community")}
    before = {name: figure(board, "Closed") for name, board in boards.items()}

    visit(town, worker, link.rsplit("/", 1)[1])

    for name, board in boards.items():
        board.page.wait_for_function(
            "wanted => [...document.querySelectorAll('.gw-figure')].some(card =>"
            " card.querySelector('.gw-figure-label').innerText === 'Closed'"
            " && Number(card.querySelector('.gw-figure-value').innerText.replace(',', '')) === wanted)",
            arg=before[name] + 1,
            timeout=15_000,
        )
        board.page.wait_for_function(
            "wanted => [...document.querySelectorAll('.gw-map-table [data-cell=open]')]"
            ".reduce((sum, cell) => sum + Number(cell.innerText.replace(',', '')), 0) === wanted",
            arg=figure(board, "Open tasks"),
            timeout=15_000,
        )
        board.looks_well()
    boards["city"].shot("board")
    picture(town, "city", "/board", "board-zh")

    told = {agency: answered(town.person(agency)) for agency in ("health", "transport", "police")}
    assert sum(told.values()) == asks
    centre.open(link)
    assert "Closed with the day's update" in centre.text()
    centre.shot("task")

    auditor = town.person("auditor").open("/ledger?action=task.close")
    assert "Task closed" in auditor.text()
    auditor.looks_well().shot("ledger")


def picture(town: Town, handle: str, address: str, name: str, *, phone: bool = False) -> None:
    """Keep a picture of a page in Chinese."""
    walker = town.person(handle, phone=phone, language="zh-hans")
    walker.open(address.removeprefix(walker.house.url)).settles().shot(name)


def visit(town: Town, worker: str, task: str) -> None:
    """Do the worker's part on a phone: open the day, look a name up with a reason, record the visit."""
    walker = town.person(worker, phone=True)
    assert walker.page.url.endswith("/today")
    walker.looks_well().shot("today-phone", full=False)
    picture(town, worker, "/today", "today-phone-zh", phone=True)
    walker.page.click(f"a[href='/today/{task}']")
    walker.looks_well()
    masked = walker.text()
    assert "**" in masked and not re.search(r"\b1[3-9]\d{9}\b", masked)
    walker.page.click("summary:has-text('Show a name and number')")
    walker.page.locator("form[action$='/reveal'] input[name=reason]").first.fill("to greet them at the door")
    walker.page.locator("form[action$='/reveal'] button").first.click()
    walker.page.wait_for_selector("text=Shown until")
    walker.page.check("input[name=result][value=done]")
    for choice in walker.page.locator("select[name^=outcome-]").all():
        choice.select_option("verified_present")
    walker.shot("visit-phone")
    walker.page.click("button:has-text('Record the visit')")
    walker.page.wait_for_url("**/today")
    assert "Every sender gets its outcome" in walker.text()
    assert walker.status_of(f"/today/{task}") == 404


PAGES = {
    "city": (
        "/board", "/areas", "/board/why/open", "/orders", "/orders/new", "/channels", "/budgets", "/escalations",
        "/whistles", "/board/coverage", "/quality", "/quality/health-returnees", "/forms",
    ),
    "intake": ("/lists", "/lists/new", "/review", "/channels", "/forms/new"),
    "district": ("/board", "/handovers", "/escalations", "/whistles", "/budgets"),
    "street": (
        "/board", "/tasks", "/tasks?state=closed", "/tasks/passes", "/review", "/duty", "/budgets", "/handovers",
        "/corrections", "/escalations", "/whistles",
    ),
    "community": (
        "/doors", "/duty", "/duty/devices", "/budgets", "/budgets/free", "/handovers", "/corrections", "/escalations",
        "/premises", "/merges", "/areas/320102003015001/plates",
    ),
    "supervisor": ("/board", "/supervision"),
    "health": ("/returns", "/quality", "/quality/health-returnees", "/push", "/called"),
    "privacy": ("/orders", "/ledger"),
    "admin": ("/accounts", "/tokens"),
}  # fmt: skip
#: The two widths at which every page is kept as a picture; at the others it has to fit.
PICTURED = {1440: "wide", 412: "phone"}


@pytest.mark.parametrize(
    ("language", "widths", "searched", "everybody"),
    [
        # What keeps people out lies in the page, not in its language; so do colours, which are told apart once. A page
        # is looked at with the eyes of the first who may open it, by `make heavy` with everybody's.
        ("en", (1440, 412, 360), (412,), False),
        pytest.param("zh-hans", (1440, 768, 412, 360), (1440, 412), True, marks=pytest.mark.heavy),
        pytest.param("zh-hant", (360,), (), True, marks=pytest.mark.heavy),
    ],
    ids=["en", "zh-hans", "zh-hant"],
)
def test_every_page_is_fit_to_be_seen(
    town: Town,
    filled: None,
    language: str,
    widths: tuple[int, ...],
    searched: tuple[int, ...],
    everybody: bool,
) -> None:
    screen, seen = town.screen(language=language), set[str]()
    for handle, paths in PAGES.items():
        walker = screen.sits_down(handle)
        for path in paths if everybody else [path for path in paths if path not in seen]:
            seen.add(path)
            walker.open(path).settles()
            name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-")
            for width in widths:
                # The page is turned in the hand, not asked for again: what it asks of the house is the same.
                walker.at_width(width).fits()
                if width in searched:
                    walker.looks_well(colours=language == "en" and width == min(searched))
                if width in PICTURED:
                    walker.shot(f"{language}-{PICTURED[width]}-{handle}-{name}")
            if language != "en":
                assert "Emergency order" not in walker.text()


def test_a_screen_for_nobody_asks_to_sign_in(town: Town) -> None:
    for language in ("en", "zh-hans"):
        walker = town.screen(language=language).open("/login").looks_well()
        walker.shot(f"{language}-login")
        answer = walker.page.goto(f"{walker.house.url}/board")
        assert answer is not None and answer.status == 401


def test_by_keyboard_alone_a_worker_reaches_the_own_day(town: Town) -> None:
    walker = town.screen().open("/login")
    walker.page.keyboard.type("worker-320102003015001-1")
    walker.page.keyboard.press("Tab")
    walker.page.keyboard.type("gridward-demo-2020")
    walker.page.keyboard.press("Enter")
    walker.page.wait_for_url("**/today")
    walker.page.keyboard.press("Tab")

    assert walker.page.evaluate("document.activeElement.className") == "gw-skip"
