"""Merging by command: shown first, done only when said so, taken apart by the id it answered with."""

from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.registry.models import Merge, Resident
from tests import people
from tests.wiring.commands import Run, account, runner

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHY = ("--reason", "the same person", "--as", "street", "--json")


@pytest.fixture
def run(
    street: governance.OrderView,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Commands on the small street, by somebody of its centre."""
    account("street", "street_officer", "320102003")
    account("community", "community_officer", "320102003015")
    return runner(monkeypatch, capsys)


def states() -> list[str]:
    with people.as_owner():
        return list(Merge.objects.order_by("proposed_at").values_list("state", flat=True))


def ended() -> set[str]:
    with people.as_owner():
        return set(Resident.objects.filter(ended_at__isnull=False).values_list("resident_ref", flat=True))


def test_two_entries_are_shown_masked_and_nothing_is_merged_without_yes(run: Run) -> None:
    shown = run("registry", "merge", "R1", "R3", *WHY).answer

    assert shown["state"] == "proposed" and shown["same"] == []
    assert "王小明" not in str(shown) and "李建国" not in str(shown)
    assert shown["stays_name"].startswith("王") and shown["goes_name"].startswith("李")
    assert states() == ["proposed"] and ended() == set()


def test_what_was_merged_by_command_is_taken_apart_by_command(run: Run) -> None:
    done = run("registry", "merge", "R1", "R3", "--yes", *WHY)
    assert (done.exit_code, done.answer["state"]) == (0, "merged") and ended() == {"R3"}

    again = run("registry", "merge", "R1", "R3", "--yes", *WHY)
    assert "[merge_ended]" in again.last

    apart = run("registry", "unmerge", done.answer["merge"], *WHY)
    assert apart.answer["state"] == "undone" and states() == ["undone"] and ended() == set()
    assert "[merge_decided]" in run("registry", "unmerge", done.answer["merge"], *WHY).last


def test_a_proposal_is_left_by_the_same_command(run: Run) -> None:
    shown = run("registry", "merge", "R1", "R3", *WHY).answer

    assert run("registry", "unmerge", shown["merge"], *WHY).answer["state"] == "dropped"


def test_who_lives_in_another_community_is_out_of_reach(run: Run) -> None:
    words = [word.replace("street", "community") for word in WHY]

    assert "[not_found]" in run("registry", "merge", "R1", "R4", *words).last
    assert run("registry", "merge", "R1", "R4", *WHY).exit_code == 0
