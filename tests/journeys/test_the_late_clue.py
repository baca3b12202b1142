"""
A clue that comes late: a household is visited for one department, and the next list is answered with what was found.

Only what is new is asked: somebody nobody had asked about, an answer that has grown too old, another question. Each
department sees the outcomes of exactly its own rows.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.work import Person, family_of, list_comes, released

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

GRID = "320102003015001"
WORKER = f"worker-{GRID}-1"
TASKS_OF = """
select distinct s.task_id, t.state from dispatch_tasksubject s join dispatch_task t on t.id = s.task_id
join intake_clue c on c.id = s.clue_id where c.batch_id = %s::uuid order by t.state desc
"""
OLDER = "update dispatch_tasksubject set outcome_at = outcome_at - interval '8 days' where task_id = %s::uuid"


class Desk:
    """The intake officer: sends a list of one department in and knows which tasks came of it."""

    def __init__(self, town: Town, house: House, folder: Path) -> None:
        self._officer, self._house, self._folder = town.person("intake"), house, folder

    def list_comes(self, channel: str, people: Sequence[Person]) -> tuple[str, dict[str, str]]:
        """Return the address of the list at its department, and (task, state) of what its rows are in."""
        batch = list_comes(self._officer, channel, people, self._folder)
        tasks = {str(task): state for task, state in asked(self._house, TASKS_OF, batch)}
        return f"/returns/{batch}", tasks

    def shot(self, name: str) -> None:
        """Keep a picture of the list that came last, as the officer sees it."""
        self._officer.looks_well().shot(name)


def opened(tasks: dict[str, str]) -> str:
    """Return the one task that is open."""
    (task,) = [task for task, state in tasks.items() if state == "open"]
    return task


def visited(worker: Walker, *outcomes: str) -> None:
    """Record the visit of the task that is open on the phone, one outcome a person."""
    worker.page.check("input[name=result][value=done]")
    choices = worker.page.locator("select[name^=outcome-]").all()
    assert len(choices) == len(outcomes)
    for choice, outcome in zip(choices, outcomes, strict=True):
        choice.select_option(outcome)
    worker.page.click("button:has-text('Record the visit')")
    worker.page.wait_for_url("**/today")


def rows_of(liaison: Walker, address: str) -> list[dict[str, str]]:
    """Return the rows of a list as its department downloads them."""
    answer = liaison.page.request.get(f"{liaison.house.url}{address}.csv")
    assert answer.status == 200
    return list(csv.DictReader(answer.text().removeprefix("\ufeff").splitlines()))


def outcomes_of(liaison: Walker, address: str) -> list[tuple[str, str]]:
    """Return (outcome, reason) of every row of a list, in the order of the sheet."""
    return [(row["outcome"], row["reason"]) for row in rows_of(liaison, address)]


def pictures(town: Town, agency: str, address: str, name: str) -> None:
    """Look at a department's pages in two languages, at a desk and on a phone."""
    for language in ("zh-hans", "en"):
        for phone in (False, True):
            screen = town.person(agency, phone=phone, language=language)
            width = "phone" if phone else "wide"
            screen.open("/returns").looks_well().shot(f"{language}-{width}-late-returns-{agency}")
            screen.open(address).looks_well().shot(f"{language}-{width}-{name}")


def test_what_was_answered_is_not_asked_again(town: Town, house: House, tmp_path: Path) -> None:
    father, daughter, guest = family = family_of(house, GRID)
    desk, centre = Desk(town, house, tmp_path), town.person("community")

    first, tasks = desk.list_comes("health-returnees", [father, daughter])
    visit = opened(tasks)
    released(centre, visit)
    worker = town.person(WORKER, phone=True).open(f"/today/{visit}").looks_well()
    assert "Known already" not in worker.text()
    visited(worker, "verified_present", "verified_present")

    late, tasks = desk.list_comes("police-returnees", [guest, father, daughter])
    desk.shot("late-list")
    assert tasks[visit] == "closed", "the rows that are answered lie in the task that answered them"
    fresh = opened(tasks)
    police, health = town.person("police"), town.person("health")
    before = outcomes_of(police, late)
    assert before == [("", ""), *[("verified_present", "answered_by_visit")] * 2]
    told = police.open(late).looks_well().text()
    assert told.count("Answered by a visit of") == 2 and "nobody was asked again" in told
    pictures(town, "police", late, "late-answers-half")

    released(centre, fresh)
    worker.open(f"/today/{fresh}").looks_well().shot("late-known-phone")
    known, to_ask = worker.text().split("To find out:", 1)
    assert "Known already" in known and "Do not ask this again" in known
    assert "To find out:" not in to_ask, "somebody who has answered is asked again"
    town.person(WORKER, phone=True, language="zh-hans").open(f"/today/{fresh}").shot(
        "zh-hans-late-known-phone"
    )
    visited(worker, "verified_absent")

    assert outcomes_of(police, late) == [("verified_absent", ""), *before[1:]]
    assert outcomes_of(health, first) == [("verified_present", "")] * 2
    for liaison, own, foreign in ((health, first, late), (police, late, first)):
        links = liaison.open("/returns").looks_well().page.locator("#sent-rows tbody a")
        listed = set(links.evaluate_all("links => links.map(link => link.getAttribute('href'))"))
        assert own in listed and foreign not in listed
        answer = liaison.page.goto(house.url + foreign)
        assert answer is not None and answer.status == 404
        assert liaison.page.request.get(f"{house.url}{foreign}.csv").status == 404
        assert not any(one["name"] in liaison.open(own).text() for one in family)


def test_an_old_answer_and_a_new_question_are_asked(town: Town, house: House, tmp_path: Path) -> None:
    father, *_others = family_of(house, GRID)
    desk, centre, insurance = (
        Desk(town, house, tmp_path), town.person("community"), town.person("medical_insurance"),
    )  # fmt: skip
    worker = town.person(WORKER, phone=True)
    _first, tasks = desk.list_comes("health-returnees", [father])
    visit = opened(tasks)
    released(centre, visit)
    visited(worker.open(f"/today/{visit}"), "verified_present")

    late, tasks = desk.list_comes("education-returns", [father])
    assert tasks == {visit: "closed"}
    education = town.person("education")
    assert outcomes_of(education, late) == [("verified_present", "answered_by_visit")]

    fever, tasks = desk.list_comes("insurance-visits", [father])
    asks = opened(tasks)
    assert outcomes_of(insurance, fever) == [("", "")]
    released(centre, asks)
    worker.open(f"/today/{asks}").looks_well().shot("late-new-question-phone")
    (question,) = worker.page.locator(".gw-person p:has-text('To find out:')").all_inner_texts()
    assert "medical care" in question and "lives here" not in question
    visited(worker, "verified_present")
    assert outcomes_of(insurance, fever) == [("verified_present", "")]

    for task in (visit, asks):
        asked(house, OLDER, task)
    again, tasks = desk.list_comes("transport-contacts", [father])
    assert opened(tasks) not in (visit, asks)
    assert outcomes_of(town.person("transport"), again) == [("", "")]
