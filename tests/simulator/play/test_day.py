"""A folder is read as the day needs it; what is no day, or lies outside the area, is left out."""

from pathlib import Path

import pytest

from simulator.play.day import Duty, NoDay, read_day

FILES = {
    "residents.csv": """resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref
R1,王小明,01,320199,15400000001,某区某街某社区珠江路1号101室,320102003001001,H1
R2,李一,01,320188,,某区某街某社区珠江路1号101室,320102003001001,H1
R3,赵二,,,15400000003,某区某街某社区珠江路1号101室,320102003001001,H2
R4,王小明,01,320199,15400000001,某区某街某社区珠江路2号202室,320102003002001,H4
""",
    "workers.csv": """worker_ref,name,phone,employment,area_code,role,handle,responsible
W1,何一,15470000000,full_time,320102003001001,grid_worker,worker-1,yes
W2,何二,15470000001,full_time,320102003002001,grid_worker,worker-2,yes
""",
    "truth.csv": """channel,row_number,resident_ref,household_ref,area_code,kind,file
health,2,R1,H1,320102003001001,resident,a.csv
health,3,outsider:X1,,,outsider_here,a.csv
police,1,R4,H4,320102003002001,resident,b.json
""",
    "day/answers.csv": """resident_ref,household_ref,area_code,home_from,home_until,phone,door,outcome
R1,H1,320102003001001,28800,72000,answered,done,verified_present
R2,H1,320102003001001,28800,72000,busy,done,moved
R3,H2,320102003001001,0,0,no_answer,refused,refused
R4,H4,320102003002001,28800,72000,answered,done,verified_absent
""",
    "day/arrivals.csv": "second,channel,file\n32400,police,b.json\n30000,health,a.csv\n",
    "day/shifts.csv": """worker_ref,area_code,from_second,until_second,break_from,break_until,duty_kind,rested_from
W1,320102003001001,28800,57600,43200,45900,patrol,-20000
W2,320102003002001,28800,57600,,,patrol,-20000
""",
    "day/network.csv": "worker_ref,from_second,until_second\nW1,30000,30060\nW1,29000,29100\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_households_stand_behind_their_doors_with_names_as_a_page_masks_them(folder: Path) -> None:
    day = read_day(folder)

    first, second = day.homes["某区某街某社区珠江路1号101室"]
    assert [home.ref for home in (first, second)] == ["H1", "H2"]
    assert [(one.name, one.phone) for one in first.members] == [("王**", "154****0001"), ("李**", "")]
    assert [one.outcome for one in first.members] == ["verified_present", "moved"]
    assert (second.home_from, second.home_until, second.door) == (0, 0, "refused")


def test_who_stands_in_the_register_twice_may_be_met_at_either_door(folder: Path) -> None:
    day = read_day(folder)

    assert day.groups_of["R1"] == day.groups_of["R4"] == ("H1 王** 154****0001", "H4 王** 154****0001")
    assert day.groups_of["R2"] == ("H1 李**",)


def test_a_duty_is_worked_before_and_after_its_break_and_has_its_holes_in_order(folder: Path) -> None:
    first, second = read_day(folder).duties

    assert first == Duty(
        "W1", "worker-1", ((28_800, 43_200), (45_900, 57_600)), ((29_000, 29_100), (30_000, 30_060))
    )
    assert second.stretches == ((28_800, 57_600),)
    assert [first.hole_end(second) for second in (28_999, 29_000, 29_099, 29_100)] == [0, 29_100, 29_100, 0]


def test_lists_come_in_the_order_of_their_arrival_and_every_row_has_its_truth(folder: Path) -> None:
    day = read_day(folder)

    assert [(one.second, one.channel, one.file) for one in day.arrivals] == [
        (30_000, "health", folder / "lists" / "a.csv"),
        (32_400, "police", folder / "lists" / "b.json"),
    ]
    assert day.truth == {("health", "a.csv"): {2: "R1", 3: "outsider:X1"}, ("police", "b.json"): {1: "R4"}}


def test_an_area_keeps_its_own_workers_and_households(folder: Path) -> None:
    day = read_day(folder, area="320102003002")

    assert [duty.ref for duty in day.duties] == ["W2"]
    assert [home.ref for homes in day.homes.values() for home in homes] == ["H4"]
    assert not day.is_whole, "lists ask about people elsewhere, too"
    assert read_day(folder, area="320102003").is_whole


@pytest.mark.parametrize("missing", ["residents.csv", "day/answers.csv", "day/network.csv"])
def test_a_folder_without_a_day_is_refused_with_the_command_that_makes_one(
    folder: Path, missing: str
) -> None:
    (folder / missing).unlink()

    with pytest.raises(NoDay, match="gridward simulate city"):
        read_day(folder)
