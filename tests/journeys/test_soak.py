"""A house of real processes is killed in a played day: nothing is lost, nothing doubled, the ledger is sound."""

import pytest

from benchmarks.soak.run import Soak, soak

pytestmark = [pytest.mark.slow, pytest.mark.heavy]


def test_a_house_that_is_killed_in_a_played_day_loses_nothing_and_doubles_nothing() -> None:
    plan = Soak(
        minutes=0.6, rate=300, start=9 * 3600, street="320102003015", seed=2, every=2, faults=("supervisor",)
    )
    said: list[str] = []

    report = soak(plan, say=said.append)

    assert report["is_sound"], "\n".join(said)
    assert [fault["what"] for fault in report["faults"]] == ["kill -9 the supervisor"]
    assert report["starts"] == 2
    assert report["faults"][0]["write_seconds"] is not None
    day = report["day"]
    assert day["differences"] == 0
    assert all(check["compared"] for check in day["checks"]), day["checks"]
