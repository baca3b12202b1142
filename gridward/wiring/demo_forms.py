"""
Owns what the model city asks: the house's own form of the health registration, drafted by one officer and published by
another, as in a real city. Doing it again changes nothing.
"""

from datetime import datetime, timedelta
from importlib.resources import as_file, files

from django.db import transaction

from gridward.forms import api as forms
from gridward.kernel import scope
from gridward.wiring.demo_steps import acting, settled
from gridward.wiring.model_city import CITY

FORM = "health_registration.csv"
DAYS = 30


def forms_asked(now: datetime) -> None:
    """Have the health registration asked in the whole city from now on, unless it has been before."""
    with transaction.atomic(), scope.as_role("gridward_job"):
        if forms.get_forms(now=now):
            return
    drafter, publisher = acting("intake", now), acting("city", now)
    answers = forms.Answers("health", "case_finding", now + timedelta(days=DAYS), "纸质健康登记表")
    with (
        as_file(files("gridward.forms") / "data" / FORM) as path,
        transaction.atomic(),
        scope.of_session(drafter.session_key),
    ):
        report = settled(forms.form_draft(path=path, filename=FORM, answers=answers, by=drafter, now=now))
    if report.form_id is None:
        raise RuntimeError(f"the house's own form has problems: {report.problems}")
    with transaction.atomic(), scope.of_session(publisher.session_key):
        settled(forms.form_publish(form_id=report.form_id, area_codes=[CITY], by=publisher, now=now))
