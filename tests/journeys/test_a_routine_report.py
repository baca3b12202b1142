"""A routine job is reported with three taps, without a network, and the centre sees that it came (U3)."""

from datetime import date, timedelta
from importlib.resources import as_file, files

import pytest

from tests.journeys.conftest import House, Town
from tests.journeys.moved import asked
from tests.journeys.test_a_carry_over import commanded
from tests.journeys.test_the_handheld import cut, enrolled, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKER = "worker-320102003015005-1"
#: Counts what a finger does; typing would count as more than a tap.
COUNT = "window.taps = 0; addEventListener('pointerdown', () => { window.taps += 1; }, true);"
STORED = """
select count(*) from field_submission s
  join forms_formversion v on v.id = s.form_id join workforce_account a on a.id = s.account_id
 where v.form_code = 'routine_job' and a.handle = %s
"""


def routine_asked(house: House) -> None:
    """Have the house's own form of routine jobs asked in the whole city: by one officer, and published by another."""
    end = str(date.today() + timedelta(days=20))
    with as_file(files("gridward.forms") / "data" / "routine_job.csv") as path:
        said = f"--owner health --purpose case_finding --until {end} --replaces 工作日志 --as intake"
        kept = commanded(house, f"gridward forms import {path} {said}")
    commanded(house, f"gridward forms publish {kept['form_id']} 3201 --as city")


def test_a_routine_job_is_reported_with_three_taps(town: Town, house: House) -> None:
    routine_asked(house)
    phone = enrolled(town, WORKER, language="zh-hans")
    page = phone.page
    page.wait_for_selector("#status:not([data-talk=busy])")
    page.add_init_script(COUNT)
    page.reload()
    opened(page)
    page.goto(f"{house.url}/handheld/#/report")
    page.wait_for_selector("[data-form-open=routine_job]")
    page.evaluate("window.taps = 0")

    with cut(page):
        page.click("[data-form-open=routine_job]")
        page.wait_for_selector("form[data-filling=routine_job]")
        phone.looks_well().at_width(360).looks_well().at_width(412).shot("handheld-zh-hans-routine")
        page.click("label:has(input[value=publicity])")
        page.click("#send-form")
        page.wait_for_selector("form[data-filling]", state="detached")
        assert page.evaluate("window.taps") == 3
        page.wait_for_selector("#status[data-waiting='1']")

    page.click("#send-now")
    page.wait_for_selector("#status[data-waiting='0']")
    assert asked(house, STORED, WORKER) == [(1,)]
