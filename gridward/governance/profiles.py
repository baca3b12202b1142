"""
Owns the numbers of burden, hours and disease as data, each with its source. Refuses constants elsewhere.

`covid19_cn_2020_03` follows DOMAIN 3.1 and H-20…H-22: national plan editions of early 2020 and our own burden rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict


def _(words: str) -> str:
    """Mark words that are translated where they are shown; Django's own mark needs a whole house around it."""
    return words


class Parameter(TypedDict):
    """One number of a profile, with its unit and its source."""

    value: float
    unit: str
    source: str


MEASURED = (
    "benchmarks/linkage: the recall that keeps precision at 0.999 on rows the weights were not learned from"
)

#: The profile that comes with the house.
BUILT_IN = "covid19_cn_2020_03"
COVID19_CN_2020_03: Mapping[str, Parameter] = {
    "incubation_days_max": {"value": 14, "unit": "day", "source": "national plan, 7th edition"},
    "observation_days": {"value": 14, "unit": "day", "source": "notice of January 2020"},
    "quiet_from_hour": {
        "value": 20,
        "unit": "hour",
        "source": _("call window 9:00-20:00 of the founding report; H-21"),
    },
    "quiet_until_hour": {
        "value": 9,
        "unit": "hour",
        "source": _("call window 9:00-20:00 of the founding report; H-21"),
    },
    "due_hours_p1": {"value": 2, "unit": "hour", "source": "service levels, proposal 3.5"},
    "due_hours_p2": {"value": 8, "unit": "hour", "source": "service levels, proposal 3.5"},
    "due_hours_p3": {"value": 24, "unit": "hour", "source": "service levels, proposal 3.5"},
    "due_hours_p4": {"value": 72, "unit": "hour", "source": "service levels, proposal 3.5"},
    "batch_first_hour": {
        "value": 9,
        "unit": "hour",
        "source": _("H-20, M-57: at most two batches a day, at set times"),
    },
    "batch_second_hour": {
        "value": 14,
        "unit": "hour",
        "source": _("H-20, M-57: at most two batches a day, at set times"),
    },
    "worker_households_a_day": {"value": 40, "unit": "household", "source": "H-20"},
    "worker_minutes_a_household": {
        "value": 12,
        "unit": "minute",
        "source": _("40 households in a duty day of 12 hours"),
    },
    "walk_metres_a_minute": {
        "value": 70,
        "unit": "metre a minute",
        "source": "own estimate, 4.2 km/h with a bag; to be replaced by what a drill shows",
    },
    "walk_detour": {
        "value": 1.3,
        "unit": "times the straight line",
        "source": "own estimate of paths between buildings; distance is planned, never measured by a phone (M-73)",
    },
    "worker_duty_hours": {"value": 12, "unit": "hour", "source": "H-22"},
    "worker_stop_hours": {"value": 16, "unit": "hour", "source": "H-22: hard stop for everything but P1"},
    "worker_rest_hours": {"value": 11, "unit": "hour", "source": "H-22: rest between two duties"},
    "worker_break_hours": {
        "value": 4,
        "unit": "hour",
        "source": "own estimate: a pause after half a day on foot",
    },
    "household_attempts_a_day": {"value": 2, "unit": "attempt", "source": "H-21"},
    "door_looks_an_hour": {"value": 30, "unit": "look", "source": "H-07, proposal: one look in two minutes"},
    "door_misses_an_hour": {"value": 5, "unit": "look", "source": "H-07: alert after 5"},
    "handover_accept_hours": {"value": 2, "unit": "hour", "source": "life cycle of a clue, 3.4"},
    "reuse_days_residence": {
        "value": 7,
        "unit": "day",
        "source": "M-58: the same field is asked at most once in 7 days unless it can have changed",
    },
    "reuse_days_away": {
        "value": 1,
        "unit": "day",
        "source": "M-58, own estimate: whoever was away may be back the next day",
    },
    "reuse_days_health": {
        "value": 0.5,
        "unit": "day",
        "source": "M-58, 3.3.5: health is read twice a day, in the morning and in the evening",
    },
    "escalate_remind_percent": {
        "value": 50,
        "unit": "percent of a task's time",
        "source": "service levels 3.5: a reminder at half the time",
    },
    "escalate_community_percent": {
        "value": 100,
        "unit": "percent of a task's time",
        "source": "service levels 3.5: to the leader when the time is over",
    },
    "escalate_street_percent": {
        "value": 150,
        "unit": "percent of a task's time",
        "source": "service levels 3.5: to the next level",
    },
    "escalate_street_hours": {
        "value": 24,
        "unit": "hour",
        "source": "four-level handling 3.4: a street, longer than 24 h",
    },
    "escalate_district_hours": {
        "value": 48,
        "unit": "hour",
        "source": "four-level handling 3.4: a district, longer than 48 h",
    },
    "supervise_sample_percent": {
        "value": 5,
        "unit": "percent of the tasks that close",
        "source": "life cycle 3.4: a sample of 5 % is checked",
    },
    **{
        f"whistle_reply_minutes_p{level}": {
            "value": minutes,
            "unit": "minute",
            "source": "four-level handling 3.4: a department answers a whistle",
        }
        for level, minutes in enumerate((30, 120, 480, 2880), start=1)
    },
    "correction_acknowledge_hours": {"value": 24, "unit": "hour", "source": "H-15"},
    "correction_decide_days": {"value": 7, "unit": "day", "source": "H-15; the law allows 30"},
    "channel_lists_a_day": {"value": 48, "unit": "list", "source": "own estimate: one in half an hour"},
    "channel_rows_a_day": {
        "value": 500_000,
        "unit": "row",
        "source": "own estimate: the largest department of the synthetic city sends 300,000 in one day",
    },
    "form_fields": {"value": 12, "unit": "field", "source": "H-20: at most 12 fields a form"},
    "reveal_minutes": {"value": 5, "unit": "minute", "source": "H-08"},
    "match_sure_bits": {"value": 0, "unit": "bit", "source": MEASURED},
    "match_lead_bits": {"value": 3, "unit": "bit", "source": MEASURED},
    "match_stranger_bits": {"value": -9, "unit": "bit", "source": MEASURED},
    "match_bystanders_a_row": {
        "value": 2,
        "unit": "person",
        "source": "P2: least opening of people nobody asks after",
    },
}


@dataclass(frozen=True)
class ProfileView:
    """A profile's numbers, read by name."""

    code: str
    version: int
    parameters: Mapping[str, Parameter]

    def number(self, name: str) -> float:
        """
        Return the value of a parameter; a name nobody knows is an error in the program.

        An order keeps the numbers it was signed with. What was not yet a number then is read from the built-in profile.
        """
        return self.parameter(name)["value"]

    def parameter(self, name: str) -> Parameter:
        """Return a parameter with its unit and its source; what is missing is read as `number` does."""
        return self.parameters.get(name) or COVID19_CN_2020_03[name]


def _or_built_in(number: Mapping[str, float], name: str) -> float:
    return number.get(name, COVID19_CN_2020_03[name]["value"])


def infeasible(parameters: Mapping[str, Parameter]) -> list[str]:
    """Return the rules a profile breaks: a full worker-day and a visited household must fit in it."""
    number = {name: parameter["value"] for name, parameter in parameters.items()}
    broken = []
    if (
        number["worker_households_a_day"] * number["worker_minutes_a_household"]
        > number["worker_duty_hours"] * 60
    ):
        broken.append("worker_day_does_not_fit")
    if number["quiet_from_hour"] <= number["quiet_until_hour"]:
        broken.append("no_hours_to_visit")
    first, second = (_or_built_in(number, f"batch_{which}_hour") for which in ("first", "second"))
    if not number["quiet_until_hour"] <= first < second < number["quiet_from_hour"]:
        broken.append("batches_in_quiet_time")
    elif (number["quiet_from_hour"] - first) * 60 < (
        number["worker_households_a_day"] * number["worker_minutes_a_household"]
    ):
        broken.append("worker_day_ends_before_it_is_done")
    shares = [_or_built_in(number, f"escalate_{step}_percent") for step in ("remind", "community", "street")]
    if not 0 < shares[0] < 100 <= shares[1] < shares[2]:
        broken.append("levels_out_of_order")
    due = [number[f"due_hours_p{level}"] for level in (1, 2, 3, 4)]
    if due != sorted(due):
        broken.append("higher_priority_waits_longer")
    return broken
