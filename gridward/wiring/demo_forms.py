"""
Owns what the model city asks: three of the house's own forms, drafted by one officer and published by another, as in a
real city. Doing it again changes nothing.
"""

from datetime import datetime, timedelta
from importlib.resources import as_file, files

from django.db import transaction

from gridward.forms import api as forms
from gridward.kernel import scope
from gridward.wiring.demo_steps import acting, settled
from gridward.wiring.model_city import CITY

#: As many kinds as a worker's day has room for (H-20), each with its purpose and what it replaces.
FORMS = (
    ("health_registration", "case_finding", "纸质健康登记表"),
    ("care_visit", "home_service", "关爱走访台账"),
    ("disinfection_log", "case_finding", "消毒登记本"),
)
DAYS = 30


def forms_asked(now: datetime) -> None:
    """Have the forms asked in the whole city from now on, unless there have been some before."""
    with transaction.atomic(), scope.as_role("gridward_job"):
        if forms.get_forms(now=now):
            return
    for code, purpose, replaces in FORMS:
        _asked(code, forms.Answers("health", purpose, now + timedelta(days=DAYS), replaces), now)


def _asked(code: str, answers: forms.Answers, now: datetime) -> None:
    drafter, publisher = acting("intake", now), acting("city", now)
    name = f"{code}.csv"
    with (
        as_file(files("gridward.forms") / "data" / name) as path,
        transaction.atomic(),
        scope.of_session(drafter.session_key),
    ):
        report = settled(forms.form_draft(path=path, filename=name, answers=answers, by=drafter, now=now))
    if report.form_id is None:
        raise RuntimeError(f"the house's own form has problems: {report.problems}")
    with transaction.atomic(), scope.of_session(publisher.session_key):
        settled(forms.form_publish(form_id=report.form_id, area_codes=[CITY], by=publisher, now=now))
