"""The list of personal columns says one thing about each."""

import pytest

from gridward.kernel.sealing import personal as declared
from gridward.kernel.sealing.columns import PERSONAL_COLUMNS, personal


@pytest.fixture(autouse=True)
def only_this_test(monkeypatch):
    monkeypatch.setattr("gridward.kernel.sealing.columns.PERSONAL_COLUMNS", PERSONAL_COLUMNS.copy())


def test_a_declared_column_can_be_looked_up():
    column = personal("t", "name", sensitivity="S2", purpose="case_finding", retention="R_reg")

    assert declared is personal
    assert (column.table, column.column, column.sensitivity) == ("t", "name", "S2")


def test_the_same_said_twice_is_harmless_and_a_contradiction_is_not():
    personal("t", "name", sensitivity="S2", purpose="case_finding", retention="R_reg")
    personal("t", "name", sensitivity="S2", purpose="case_finding", retention="R_reg")

    with pytest.raises(ValueError, match="twice"):
        personal("t", "name", sensitivity="S3", purpose="case_finding", retention="R_reg")


@pytest.mark.parametrize(
    "wrong", [{"sensitivity": "S1"}, {"purpose": ""}, {"retention": ""}, {"retention": "forever"}]
)
def test_a_column_without_purpose_class_or_retention_is_refused(wrong):
    answer = {"sensitivity": "S2", "purpose": "case_finding", "retention": "R_reg"} | wrong

    with pytest.raises(ValueError, match=r"t\.phone"):
        personal("t", "phone", **answer)
