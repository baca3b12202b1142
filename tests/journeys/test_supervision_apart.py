"""
Supervision stands apart from command: whoever supervises sets a time and checks what was closed, and can handle
nothing; whoever commands or works reads what supervision said, and can supervise nothing.
"""

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked, minute_passes
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKER = "worker-320102003015001-1"
WORDS = "the family waits for an answer since yesterday"
FOUND = "nobody asked about the guest of the family"
LATE = "update dispatch_task set due_at = now() - interval '1 minute' where id = %s::uuid"
#: The sample is drawn by chance; here chance is helped.
DRAWN = """
insert into dispatch_supervision (id, task_id, order_id, area_pos, kind, state, at)
select gen_random_uuid(), id, order_id, area_pos, 'check', 'waiting', now() from dispatch_task
where id = %s::uuid
  and not exists (select from dispatch_supervision s where s.task_id = dispatch_task.id and s.kind = 'check')
"""
#: What each of them posts to is refused before it is read: the right is not there.
OF_COMMAND = ("/tasks/{task}/release", "/tasks/{task}/raise", "/tasks/{task}/open", "/tasks/{task}/handover")
OF_SUPERVISION = ("/supervision/tasks/{task}/order", "/supervision/checks/{task}")


ASK = """async ([method, path]) => {
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
    const answer = await fetch(path, {
        method,
        headers: {'accept': 'application/json', 'x-csrftoken': token},
        body: method === 'POST' ? new URLSearchParams({reason: 'to see', words: 'to see', hours: 2}) : undefined,
    });
    return [answer.status, (await answer.json()).code];
}"""


def refused(walker: Walker, method: str, path: str) -> None:
    """Ask for a page, or send a form from the page that is open, and be refused: the right is not there."""
    assert walker.page.evaluate(ASK, [method, path]) == [403, "forbidden"], (method, path)


def pictures(town: Town, path: str, name: str) -> None:
    """Look at a page of supervision in two languages, at a desk and on a phone."""
    for language in ("zh-hans", "en"):
        for phone in (False, True):
            screen = town.person("supervisor", phone=phone, language=language).open(path).looks_well()
            screen.shot(f"{language}-{'phone' if phone else 'wide'}-{name}")


def closed(worker: Walker, task: str) -> None:
    """Visit the household: everybody lives there."""
    worker.open(f"/today/{task}").page.check("input[name=result][value=done]")
    for choice in worker.page.locator("select[name^=outcome-]").all():
        choice.select_option("verified_present")
    worker.page.click("button:has-text('Record the visit')")
    worker.page.wait_for_url("**/today")


def test_who_supervises_does_not_command_and_who_commands_does_not_supervise(
    town: Town, house: House
) -> None:
    task, community = task_in_hand(town, house, WORKER), town.person("community")
    supervisor = town.person("supervisor").open("/supervision").looks_well()
    assert supervisor.page.locator(f"a[href$='{task}']").count() == 0, "what is in its time is nobody's case"

    asked(house, LATE, task)
    minute_passes(house)
    page = f"/supervision/tasks/{task}"
    supervisor.page.wait_for_selector(f"#risen-rows a[href='{page}']", timeout=60_000)
    pictures(town, "/supervision", "supervision")
    pictures(town, page, "supervised")
    for path in OF_COMMAND:
        refused(supervisor.open(page), "POST", path.format(task=task))
    for path in (f"/tasks/{task}", "/tasks", "/escalations", "/whistles", "/duty", f"/today/{task}"):
        refused(supervisor, "GET", path)

    supervisor.open(page).page.fill("#hours", "2")
    supervisor.page.fill("#words", WORDS)
    supervisor.page.click("button:has-text('Set the time')")
    supervisor.page.wait_for_selector("text=The time is set.")
    assert supervisor.page.locator(f"#set-rows a[href='{page}']").count() == 1
    worker = town.person(WORKER, phone=True).open(f"/today/{task}").looks_well()
    worker.shot("supervision-set-phone")
    for reader in (worker, community.open(f"/tasks/{task}").looks_well()):
        assert "Supervision: to be dealt with by" in reader.text() and WORDS in reader.text()
        for path in OF_SUPERVISION:
            refused(reader, "POST", path.format(task=task))
        refused(reader, "GET", "/supervision")

    closed(worker, task)
    asked(house, DRAWN, task)
    assert "Supervision has checked" not in community.open(f"/tasks/{task}").text(), (
        "nobody below learns of it"
    )
    supervisor.open("/supervision").looks_well().page.click(f"#check-rows a[href='{page}']")
    supervisor.looks_well().shot("supervision-check")
    supervisor.page.check("input[name=verdict][value=again]")
    supervisor.page.fill("#words", FOUND)
    supervisor.page.click("button:has-text('Record the check')")
    supervisor.page.wait_for_selector("text=The check is recorded.")
    assert supervisor.page.locator(f"#check-rows a[href='{page}']").count() == 0

    told = community.open(f"/tasks/{task}").looks_well()
    told.shot("supervision-told")
    assert "Supervision has checked this: To be done again." in told.text() and FOUND in told.text()
