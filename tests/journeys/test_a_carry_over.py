"""
An order ends and a following one takes its register over: proposed and signed on the page, copied by command, and what
was under the old order is gone with its keys, while the new one answers.

The house is this journey's own: the others go on living under the order that ends here.
"""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import ROOT, House, Town, Walker, environment_of, running
from tests.journeys.moved import asked
from tests.journeys.test_the_late_clue import released
from tests.journeys.test_the_walk import LISTS, sent_in
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKER = "worker-320102003015001-1"
NEXT, REASON = "演练 2020-后续", "the same people are asked about under the following order"
SOON = """
update governance_emergencyorder set starts_at = date_trunc('minute', now()) - interval '13 days',
       ends_at = date_trunc('minute', now()) + interval '1 hour'
returning id, number, to_char(ends_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI'),
       to_char((ends_at + interval '14 days') at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI')
"""
#: An hour passes for an order: its moments lie further back.
AN_HOUR = """
update governance_emergencyorder
   set starts_at = starts_at - interval '61 minutes', ends_at = ends_at - interval '61 minutes' where number = %s
"""
#: Who is registered under an order: people, households they live in, and how many of them blind keys lead to.
COUNTS = """
select count(*), count(distinct r.household_id), count(k.resident_id)
  from registry_resident r left join registry_personkey k on k.resident_id = r.id
 where r.domain = (select 'order:' || id from governance_emergencyorder where number = %s)
   and r.resident_ref <> '' and r.ended_at is null
"""
#: About how many registered people the rows of an order's lists are.
MATCHED = """
select count(distinct r.id) from intake_clue c join registry_resident r on r.id = c.resident_id
 where r.domain = (select 'order:' || id from governance_emergencyorder where number = %s)
"""


#: A task of the first grid under an order.
TASK = """
select t.id::text from dispatch_task t join territory_area a on a.pos = t.area_pos
 where a.code = '320102003015001' and t.closed_at is null
   and t.order_id = (select id from governance_emergencyorder where number = %s) limit 1
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, whose order may end."""
    with running(tmp_path_factory.mktemp("carried")) as made:
        yield made


def commanded(house: House, command: str) -> dict[str, object]:
    """Run a command beside the running house, as an operator does, and return its answer."""
    program, *words = shlex.split(command)
    assert program == "gridward"
    done = subprocess.run(
        [sys.executable, "-m", "gridward.wiring.cli", *words, "--json"],
        cwd=ROOT, env=environment_of(house.data, int(house.url.rsplit(":", 1)[1])), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def drafted(city: Walker, begins: str, ends: str) -> str:
    """Draft the following order on the page and return its address."""
    page = city.open("/orders/new").page
    for name, words in {
        "number": NEXT, "title": "返宁人员核查(后续演练,人员均为虚构)", "authority": "演练指挥部", "area_code": "3201",
        "bodies": "health,police", "starts_at": begins, "ends_at": ends,
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", words)
    page.select_option("[name=kind]", "epidemic")
    page.select_option("[name=population_scope]", "returnees_and_contacts")
    for purpose in ("case_finding", "home_service"):
        page.check(f"[name=purposes][value={purpose}]")
    page.click("button:has-text('Write the draft')")
    page.wait_for_selector(f"h1:has-text('{NEXT}')")
    return page.url.removeprefix(city.house.url)


def signed(town: Town, address: str) -> None:
    """Let two people of two capacities sign what waits for them on this page."""
    for handle in ("privacy", "issuer"):
        page = town.person(handle).open(address).looks_well().page
        button = page.locator("[data-confirm^=sign]")
        dialog = button.get_attribute("data-confirm")
        button.click()
        page.click(f"dialog[id='{dialog}'] button.btn-primary")
        page.wait_for_selector(".gw-message-success")
        assert page.locator(f"dialog[id='{dialog}']").count() == 0


def screens_of(town: Town) -> dict[str, Walker]:
    """Let the city sit down at a desk and at a phone, in two languages."""
    return {
        f"{language}-{'phone' if phone else 'wide'}": town.person("city", phone=phone, language=language)
        for language in ("zh-hans", "en")
        for phone in (False, True)
    }


def pictures(screens: dict[str, Walker], path: str, name: str) -> None:
    """Look at a page of the city at each of its screens."""
    for screen, walker in screens.items():
        walker.open(path).looks_well().shot(f"{screen}-{name}")


def gone(town: Town, worker: Walker, task: str) -> None:
    """Try to read somebody of the old order, as the worker and as the centre: nobody can."""
    answer = worker.page.goto(f"{worker.house.url}/today/{task}")
    assert answer is not None and answer.status == 404
    worker.looks_well().shot("carry-over-gone-phone")
    centre = town.person("community").open(f"/tasks/{task}")
    centre.page.click("[data-confirm=open]")
    centre.page.fill("#open_reason", "a call came in, a drill")
    centre.page.click("#open button.btn-secondary")
    centre.page.wait_for_selector("code:has-text('order_inactive')")
    assert "**" not in centre.text()
    centre.looks_well().shot("carry-over-refused")


def test_a_register_goes_to_the_following_order_and_the_old_one_is_forgotten(
    town: Town, house: House
) -> None:
    lists = house.data / "model-city" / "street" / "lists"
    task = task_in_hand(town, house, WORKER)
    worker = town.person(WORKER, phone=True).open(f"/today/{task}").looks_well()
    assert "**" in worker.text(), "somebody can be read, masked"

    ((order_id, number, end, later),) = asked(house, SOON)
    screens, old = screens_of(town), f"/orders/{order_id}"
    city = screens["en-wide"]
    following = drafted(city, end, later)
    signed(town, following)
    pictures(screens, old, "carry-over-form")
    page = city.open(old).page
    page.select_option("#id_successor, [name=successor]", index=0)
    page.fill("form[action$='/carry-over'] [name=reason]", REASON)
    page.click("button:has-text('Propose the carry-over')")
    page.wait_for_selector("text=The carry-over is proposed.")
    signed(town, old)
    pictures(screens, old, "carry-over")
    command = city.open(old).page.locator("code", has_text="carry-over").inner_text()
    before = asked(house, COUNTS, number)

    for one in (number, NEXT):  # the older one first: at no moment do the two overlap
        asked(house, AN_HOUR, one)
    report = commanded(house, command)

    assert (report["residents"], report["households"]) == before[0][:2] and report["known"] == 0
    assert asked(house, COUNTS, NEXT) == asked(house, COUNTS, number) == before
    assert before[0][0] > 10_000 and before[0][0] == before[0][2]

    forget = f"gridward governance domain destroy order:{order_id} --reason 'it is carried over' --as privacy --yes"
    assert commanded(house, forget)["destroyed"] is True
    assert "Over" in city.open(old).looks_well().text()
    gone(town, worker, task)

    counts = sent_in(town.person("intake"), "police-returnees", lists / LISTS["police-returnees"])
    assert counts["accepted"] == counts["merged"] + counts["new"] + counts["waiting"] > 0
    assert asked(house, MATCHED, NEXT)[0][0] > 0, "the register answers under the following order"
    ((fresh,),) = asked(house, TASK, NEXT)
    released(town.person("community"), fresh)
    assert "**" in worker.open(f"/today/{fresh}").looks_well().text()
    worker.shot("carry-over-answers-phone")
