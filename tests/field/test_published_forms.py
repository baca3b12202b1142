"""
What pyxform publishes as examples: drafted, published, served to phones of both kinds, rendered, filled in, taken in.

The house is the real one but for the network between it and the browser: what it hands out a fake one hands on, and
what the browser sent is sent to it. `tests/forms/published` has the forms, and what becomes of each.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from gridward.field.web.rosa import LIST, MANIFEST
from gridward.forms import actions
from gridward.forms import api as forms
from gridward.forms.converting import Converted, form_convert
from gridward.kernel import clock
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import Desk
from tests.field.collect import Collect, opened_for, texts, tree
from tests.field.filled import jpeg
from tests.field.phone import Phone, someone
from tests.field.test_submissions import bring, sent, submit
from tests.forms.published import SERVED, Example, examples, ready
from tests.forms.sheets import csv_of
from tests.handheld.conftest import Phone as Screen
from tests.handheld.fake_house import serving
from tests.handheld.fill import answered, opened
from tests.handheld.fill import sent as pressed

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.heavy]
#: How many answers the house takes at once.
AT_ONCE = 20
KIND = re.compile("“(.+)”")


@cache
def read() -> dict[bytes, Converted | Refusal]:
    """Return the examples as the house's own program reads them, by their content; both tests share them."""

    def one(content: bytes) -> Converted | Refusal:
        with NamedTemporaryFile(suffix=".csv") as file:
            file.write(content)
            file.flush()
            return form_convert(Path(file.name), filename="form.csv")

    books = [csv_of(ready(example)) for example in examples().values()]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(books, pool.map(one, books), strict=True))


@pytest.fixture
def reports(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: Desk
) -> dict[str, forms.FormReport | Refusal]:
    """What the house said of each example when it was sent in."""
    monkeypatch.setattr(actions, "form_convert", lambda path, *, filename: read()[path.read_bytes()])
    return {name: drafted(tmp_path / f"{one.code}.csv", one) for name, one in examples().items()}


@pytest.fixture
def screen(browser: Browser) -> Iterator[Screen]:
    """A phone in a browser that nobody has used, in front of a house that hands on what it is given."""
    with serving() as house:
        context = browser.new_context(
            viewport={"width": 412, "height": 860}, locale="en-US", timezone_id="Asia/Shanghai"
        )
        yield Screen(context, house)
        context.close()


def drafted(path: Path, example: Example) -> forms.FormReport | Refusal:
    """Send an example in."""
    path.write_bytes(csv_of(ready(example)))
    drafter = someone("intake_officer", people.city().city)
    said = forms.Answers("health", "case_finding", clock.now() + timedelta(days=20), "")
    with people.acting(drafter):
        return forms.form_draft(path=path, filename=path.name, answers=said, by=drafter, now=clock.now())


def becomes(report: forms.FormReport | Refusal) -> str:
    """Return what becomes of an example, as the table says it."""
    if isinstance(report, Refusal):
        return f"{report.code} ({report.params['why']})"
    kinds = [KIND.search(one.message) for one in report.problems if one.code == "kind_not_allowed"]
    named = ", ".join(dict.fromkeys(found[1] for found in kinds if found))
    codes = sorted({one.code for one in report.problems})
    return ", ".join(f"{code} ({named})" if code == "kind_not_allowed" else code for code in codes) or SERVED


def asked(report: forms.FormReport | Refusal) -> UUID:
    """Have it asked in the whole city."""
    assert not isinstance(report, Refusal) and report.form_id, report
    publisher = someone("city_officer", people.city().city)
    with people.acting(publisher):
        made = forms.form_publish(
            form_id=report.form_id, area_codes=[people.city().city], by=publisher, now=clock.now()
        )
    assert isinstance(made, UUID), made
    return made


def filled_in(screen: Screen, example: Example) -> set[str]:
    """Fill in a form with whatever it takes; return the questions that were shown."""
    shown = answered(opened(screen, example.code), example.answers)
    pressed(screen)
    return shown


def test_what_becomes_of_every_example_is_what_the_table_says(
    reports: dict[str, forms.FormReport | Refusal],
) -> None:
    assert {name: becomes(report) for name, report in reports.items()} == {
        name: example.happens for name, example in examples().items()
    }


@pytest.mark.browser
def test_every_example_that_may_be_asked_is_served_rendered_filled_in_and_taken_in(
    desk: Desk, phone: Phone, reports: dict[str, forms.FormReport | Refusal], screen: Screen
) -> None:
    asks = {one.code: one for one in examples().values() if one.is_served}
    ids = {code: asked(reports[one.name]) for code, one in asks.items()}
    handed = phone.asks("GET", "/api/v1/sync/forms").json()["forms"]
    assert {one["code"] for one in handed} == ids.keys()

    screen.house.forms.others = handed
    screen.enrols().is_ready()
    shown = {code: filled_in(screen, one) for code, one in asks.items()}
    screen.sends().waits(0)

    assert screen.wrong == []
    assert shown == {code: asked_in(form) for code, form in ids.items()}
    taken_in(phone, screen, ids)
    # A worker has one phone: the one with ODK Collect ends the other.
    served_to_collect(Collect(opened_for(desk.worker)), ids)


def served_to_collect(collect: Collect, ids: dict[str, UUID]) -> None:
    """See that ODK Collect is told of each, gets it, and hears of no file that is not there."""
    listed = {one["formID"] for one in texts(collect.asks("GET", "formList"), of="xform", namespace=LIST)}
    assert listed == ids.keys()
    for form in ids.values():
        assert tree(collect.asks("GET", f"forms/{form}")).tag.endswith("html")
        assert texts(collect.asks("GET", f"forms/{form}/manifest"), of="mediaFile", namespace=MANIFEST) == []


def asked_in(form: UUID) -> set[str]:
    """Return what a form asks, by path."""
    with people.as_owner():
        found = forms.get_form(form, now=clock.now())
    assert found is not None
    return {one.path for one in found.questions if one.is_asked}


def code_in(xml: str) -> str:
    """Return which form answers are to."""
    return ElementTree.fromstring(xml).attrib["id"]


def taken_in(phone: Phone, screen: Screen, ids: dict[str, UUID]) -> None:
    """Send to the house what the browser sent, and see that it takes every answer and photo in."""
    answers = {code_in(xml): xml for xml in screen.house.forms.answers.values()}
    assert answers.keys() == ids.keys()
    came = [sent(ids[code], xml) for code, xml in answers.items()]
    for first in range(0, len(came), AT_ONCE):
        for one in submit(phone, *came[first : first + AT_ONCE]):
            assert (one["status"], one["fields"]) == ("stored", []), one
            for name in one["media"]:
                assert bring(phone, one["id"], name, jpeg())[0] == 201
