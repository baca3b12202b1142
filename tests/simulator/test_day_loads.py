"""What else goes on in a day: gates, calls, deliveries, disputes, rounds, cameras; at three scales."""

import re

import pytest

from simulator.day import MAY_BE_EMPTY, WORDS
from tests.simulator import cities
from tests.simulator.cities import Files

HOUR = 3_600
CITY_GRIDS = 12_000
#: The whole contract: no file of a day has any other column.
COLUMNS = {
    "answers": "resident_ref household_ref area_code home_from home_until phone door outcome",
    "arrivals": "second channel file",
    "calls": "second caller resident_ref household_ref area_code attempt result talk_seconds topic",
    "cameras": "camera_ref premises_ref area_code longitude latitude threshold",
    "counts": "second camera_ref people",
    "disputes": "second household_ref other_household_ref premises_ref area_code kind settled_second outcome",
    "fixes": "second worker_ref area_code round point_ref scan accuracy_m finding",
    "gates": "second checkpoint_ref area_code kind direction passages household_ref purpose result",
    "network": "worker_ref from_second until_second",
    "points": "point_ref area_code longitude latitude",
    "services": "second household_ref area_code kind delivered_second worker_ref contactless",
    "shifts": "worker_ref area_code from_second until_second break_from break_until duty_kind rested_from",
}
#: An event in time, a place's row, or a count: what must be in order of the day.
TIMELINES = ("arrivals", "calls", "counts", "disputes", "fixes", "gates", "services")


def share_of_a_city(city: Files) -> float:
    return float(city.value("select count(*) from grids")) / CITY_GRIDS


def count(city: Files, rows: str) -> int:
    return int(city.value(f"select count(*) from {rows}"))


@pytest.mark.parametrize("table", COLUMNS)
def test_a_file_of_the_day_has_the_columns_that_are_written_down(city: Files, table: str) -> None:
    first = (city.folder / "day" / f"{table}.csv").read_bytes().split(b"\n", 1)[0]

    assert first.decode().split(",") == COLUMNS[table].split()


@pytest.mark.parametrize("table", cities.LARGE)
def test_beside_the_large_files_stands_the_same_as_parquet(city: Files, table: str) -> None:
    path = city.folder / "day" / f"{table}.parquet"
    text = f"select columns(*)::varchar from read_parquet('{path}')"

    assert count(city, table) == count(city, f"({text})") > 0
    assert count(city, f"(({text}) except all (from {table}))") == 0


@pytest.mark.parametrize("table", TIMELINES)
def test_the_rows_of_a_timeline_stand_in_the_order_of_the_day(city: Files, table: str) -> None:
    back = f"select second::int < lag(second::int) over (order by rowid) as back from {table}"

    assert count(city, f"({back}) where back") == 0
    assert city.rows(f"select min(second::int) >= 0, max(second::int) < 86400 from {table}") == [(True, True)]


@pytest.mark.parametrize("table", COLUMNS)
def test_no_name_number_face_plate_or_telephone_stands_in_a_day(city: Files, table: str) -> None:
    for column in COLUMNS[table].split():
        assert not re.search("name|id_number|face|plate|imsi|imei|mac|cell|photo|temperature", column), column
    # A telephone of the reserved block, a document of the reserved district, a plate, any Chinese name.
    personal = r"\b154[0-9]{8}\b|320199[0-9]{8}|[苏京沪][A-Z]|[\x{4e00}-\x{9fff}]"
    columns = [name for name in COLUMNS[table].split() if name != "file"]
    found = " or ".join(f"regexp_matches({name}, '{personal}')" for name in columns)
    assert count(city, f"{table} where {found}") == 0


@pytest.mark.parametrize(("table", "column"), WORDS)
def test_the_words_of_a_column_are_the_listed_ones_as_often_as_the_list_says(
    city: Files, table: str, column: str
) -> None:
    words = WORDS[table, column]
    found = dict(city.rows(f"select {column}, count(*) from {table} group by 1"))
    empty = found.pop("", 0)
    total = sum(found.values())

    assert set(found) <= set(words)
    assert not empty or (table, column) in MAY_BE_EMPTY
    if total > 10_000:
        assert set(found) == set(words)
        drawn = {word: share for word, share in words.items() if share is not None}
        assert {w: found[w] / total for w in drawn} == pytest.approx(drawn, abs=0.012)


@pytest.mark.parametrize(
    ("table", "column", "home"),
    [
        ("gates", "checkpoint_ref", "checkpoints"),
        ("gates", "household_ref", "households"),
        ("calls", "household_ref", "households"),
        ("services", "household_ref", "households"),
        ("services", "worker_ref", "workers"),
        ("disputes", "household_ref", "households"),
        ("disputes", "other_household_ref", "households"),
        ("disputes", "premises_ref", "premises"),
        ("fixes", "worker_ref", "workers"),
        ("fixes", "point_ref", "points"),
        ("cameras", "premises_ref", "premises"),
    ],
)
def test_whatever_a_row_points_to_is_there_and_in_the_grid_it_says(
    city: Files, table: str, column: str, home: str
) -> None:
    key = column.removeprefix("other_")
    pointing = f"select {column} as ref, area_code from {table} where {column} <> ''"

    found = count(city, f"({pointing}) p join {home} h on h.{key} = p.ref and h.area_code = p.area_code")

    assert found == count(city, f"({pointing})")
    assert found > 0 or share_of_a_city(city) < 0.01


def test_every_gate_has_the_passages_it_is_said_to_have_and_no_more(city: Files) -> None:
    wrong = """
        select c.checkpoint_ref from checkpoints c
          left join (select checkpoint_ref, sum(passages::int) as passed from gates group by 1) g using (checkpoint_ref)
         where coalesce(g.passed, 0) <> c.daily_passages::int
    """

    assert count(city, f"({wrong})") == 0
    if share_of_a_city(city) == 1:
        assert count(city, "checkpoints") == 9_038
        assert 8_000_000 < city.value("select sum(passages::int) from gates") < 13_000_000


def test_nobody_passes_a_gate_that_is_closed(city: Files) -> None:
    closed = "c.open_hours = '06:00-22:00' and (g.second::int < 6 * 3600 or g.second::int >= 22 * 3600)"

    assert count(city, f"gates g join checkpoints c using (checkpoint_ref) where {closed}") == 0
    assert count(city, "gates where second::int < 6 * 3600") > 0


def test_residents_are_counted_and_who_comes_to_them_is_noted_one_by_one(city: Files) -> None:
    assert {
        (kind, one, host, purpose, result)
        for kind, one, host, purpose, result in city.rows(
            """
            select distinct kind, passages = '1' or kind = 'resident', household_ref <> '', purpose <> '',
                   case when kind = 'resident' then result = '' else (result <> '') = (direction = 'in') end
              from gates
            """
        )
    } == {
        ("resident", True, False, False, True),
        ("visitor", True, True, True, True),
        ("vehicle", True, True, True, True),
    }
    hours = "select count(*) from gates where kind = 'resident' and second::int % 3600 <> 0"
    assert city.value(hours) == 0
    shares = dict(
        city.rows(
            "select kind, sum(passages::int) / sum(sum(passages::int)) over () from gates group by kind"
        )
    )
    assert 0.02 < shares["visitor"] < 0.04
    assert 0.005 < shares["vehicle"] < 0.02


def test_who_comes_is_let_in_as_a_rule_for_one_of_a_few_purposes(city: Files) -> None:
    results = dict(city.rows("select result, count(*) from gates where result <> '' group by 1"))

    assert set(results) <= {"admitted", "turned_away", "referred_medical"}
    assert 0.94 < results["admitted"] / sum(results.values()) < 0.99
    purposes = city.rows("select distinct purpose from gates where purpose <> ''")
    assert {purpose for (purpose,) in purposes} == {"delivery", "family", "repair", "care", "work", "other"}


def test_people_go_out_in_the_morning_come_home_in_the_evening_and_sleep_at_night(city: Files) -> None:
    passed = dict(
        city.rows(
            """
            select direction || (second::int // 3600), sum(passages::int) from gates where kind = 'resident' group by 1
            """
        )
    )

    assert passed["out7"] > 2 * passed["in7"]
    assert passed["in17"] > 1.5 * passed["out17"]
    assert passed["out7"] > 10 * passed.get("out2", 0)


def test_a_call_begins_and_ends_between_nine_and_eight(city: Files) -> None:
    early_late = "second::int < 9 * 3600 or second::int >= 20 * 3600"

    assert count(city, f"calls where {early_late}") == 0
    assert count(city, "calls where caller = 'robot' and second::int + talk_seconds::int > 20 * 3600") == 0


def test_robots_ring_the_list_once_each_and_some_numbers_a_second_time(city: Files) -> None:
    dialled = count(city, "calls where caller = 'robot' and attempt = '1'")

    assert dialled == max(1, round(count(city, "households") * 79_556 / 1_500_000))
    if share_of_a_city(city) == 1:
        assert dialled == 79_556
    numbers = "select c.*, r.phone from calls c join residents r using (resident_ref) where caller = 'robot'"
    rung = f"""
        select phone, count(*) as times, count(*) filter (result = 'answered') as answered,
               max(second::int) - min(second::int) as apart from ({numbers}) group by phone
    """
    assert city.rows(
        f"select max(times), max(answered), min(apart) filter (times = 2) >= 2400 from ({rung})"
    ) == [(2, 1, True)]
    # A contact is a contact with the household: two a day.
    times = "select count(*) as times from calls where caller = 'robot' group by household_ref"
    assert city.value(f"select max(times) from ({times})") == 2


def test_what_a_robot_meets_first_is_what_the_telephone_answers(city: Files) -> None:
    both = "calls c join answers a using (resident_ref) where c.caller = 'robot' and c.attempt = '1'"

    assert count(city, f"{both} and a.phone = c.result") == count(city, both)
    again = """
        select distinct a.phone from calls c join answers a using (resident_ref)
         where c.caller = 'robot' and c.attempt = '2'
    """
    assert {phone for (phone,) in city.rows(again)} <= {"no_answer", "busy", "network_busy", "powered_off"}


def test_only_who_is_on_the_line_talks(city: Files) -> None:
    talking = "result in ('answered', 'hung_up')"

    assert count(city, f"calls where ({talking}) <> (talk_seconds <> '0')") == 0
    lengths = dict(
        city.rows(
            "select caller, median(talk_seconds::int) from calls where result = 'answered' group by caller"
        )
    )
    assert 25 < lengths["robot"] < 70
    assert lengths["hotline"] > lengths["robot"]


def test_the_hotline_rings_most_in_the_morning_and_some_ring_again_and_again(city: Files) -> None:
    rung = count(city, "calls where caller = 'hotline'")

    assert rung == max(1, round(count(city, "households") * 9_000 / 1_500_000))
    topics = city.rows("select distinct topic from calls where caller = 'hotline'")
    assert {topic for (topic,) in topics} <= {
        "food", "medicine", "question", "gate", "dispute", "other",
    }  # fmt: skip
    assert count(city, "calls where caller = 'robot' and topic <> ''") == 0
    if rung > 400:
        morning = count(city, "calls where caller = 'hotline' and second::int between 9 * 3600 and 11 * 3600")
        noon = count(city, "calls where caller = 'hotline' and second::int between 12 * 3600 and 14 * 3600")
        assert morning > 1.4 * noon
        most = "select count(*) as times from calls where caller = 'hotline' group by resident_ref"
        assert city.value(f"select max(times) from ({most})") >= 4


def test_a_city_asks_for_15_600_deliveries_and_most_food_comes_the_same_day(city: Files) -> None:
    asked = count(city, "services")

    assert asked == max(1, round(count(city, "households") * 15_600 / 1_500_000))
    if share_of_a_city(city) == 1:
        assert asked == 15_600
    assert count(city, "services where (delivered_second = '') <> (worker_ref = '')") == 0
    assert count(city, "services where delivered_second <> '' and delivered_second::int <= second::int") == 0
    urgent = "services where kind in ('food', 'medicine')"
    if asked > 400:
        assert count(city, f"{urgent} and delivered_second <> ''") > 0.9 * count(city, urgent)
        assert 0.5 < count(city, "services where kind = 'food'") / asked < 0.7


def test_few_households_are_served_many_times_and_most_not_at_all(city: Files) -> None:
    times = "select count(*) as times from services group by household_ref"

    assert city.value(f"select median(times) from ({times})") == 1
    assert 2 <= city.value(f"select max(times) from ({times})") <= 8


ON_DUTY = """
    s.worker_ref = {0}.worker_ref and s.duty_kind = 'patrol'
    and s.from_second::int <= {0}.{1}::int and {0}.{1}::int < s.until_second::int
    and not (s.break_from::int <= {0}.{1}::int and {0}.{1}::int < s.break_until::int)
"""


def test_a_delivery_is_made_by_somebody_who_is_on_duty_and_not_at_a_break(city: Files) -> None:
    made = "select * from services where worker_ref <> ''"

    there = count(city, f"({made}) v join shifts s on {ON_DUTY.format('v', 'delivered_second')}")

    assert there == count(city, f"({made})") > 0


def test_nobody_gets_a_delivery_in_hand_who_is_not_at_home(city: Files) -> None:
    empty = """
        select distinct s.rowid from services s join answers a using (household_ref)
         where s.contactless = 'no' and s.delivered_second <> ''
           and not (a.home_from::int <= s.delivered_second::int and s.delivered_second::int < a.home_until::int)
    """

    assert count(city, f"({empty})") == 0
    assert 0.7 < count(city, "services where contactless = 'yes'") / count(city, "services") <= 1


def test_a_city_brings_670_disputes_and_about_half_are_settled_by_midnight(city: Files) -> None:
    brought = count(city, "disputes")

    assert brought == max(1, round(count(city, "households") * 670 / 1_500_000))
    if share_of_a_city(city) == 1:
        assert brought == 670
        assert 0.3 < count(city, "disputes where outcome <> ''") / brought < 0.7
        evening = "disputes where second::int // 3600 in (18, 19, 20)"
        assert count(city, evening) > 1.4 * count(city, "disputes where second::int // 3600 in (12, 13, 14)")
    assert count(city, "disputes where (outcome = '') <> (settled_second = '')") == 0
    assert count(city, "disputes where settled_second <> '' and settled_second::int <= second::int") == 0
    outcomes = {outcome for (outcome,) in city.rows("select distinct outcome from disputes")}
    assert outcomes <= {"", "agreed", "not_agreed", "withdrawn", "referred"}


def test_a_dispute_is_with_another_household_or_with_premises_where_its_kind_says_so(city: Files) -> None:
    assert count(city, "disputes where household_ref = other_household_ref") == 0
    assert count(city, "disputes where (other_household_ref <> '') <> (kind = 'neighbours')") == 0
    assert count(city, "disputes where (premises_ref <> '') <> (kind in ('trade', 'work'))") == 0


def test_every_grid_is_walked_three_times_past_about_ten_points(city: Files) -> None:
    rounds = """
        select area_code, round, count(*) as points, count(distinct worker_ref) as workers from fixes group by all
    """

    assert count(city, f"({rounds})") == 3 * count(city, "grids")
    assert city.rows(f"select max(workers), min(points) >= 3, max(points) <= 13 from ({rounds})") == [
        (1, True, True)
    ]
    scanned = count(city, "fixes")
    assert 0.94 < scanned / (30 * count(city, "grids")) < 1.06
    # A missed point is missing, and none is scanned twice in a round.
    assert scanned < 3 * count(city, "points")
    assert count(city, "(select distinct round, point_ref from fixes)") == scanned


def test_a_point_is_scanned_after_the_one_before_it_by_somebody_on_duty(city: Files) -> None:
    there = count(city, f"fixes f join shifts s on {ON_DUTY.format('f', 'second')}")
    hurried = """
        select f.second::int - lag(f.second::int) over (partition by area_code, round order by point_ref) as step
          from fixes f
    """

    assert there == count(city, "fixes")
    assert city.value(f"select min(step) from ({hurried})") >= 150


def test_a_patrol_point_is_at_a_door_of_its_grid(city: Files) -> None:
    at_doors = """
        select count(*) from points semi join addresses using (area_code, longitude, latitude)
    """

    assert (
        city.value(at_doors)
        == count(city, "points")
        == city.value("select count(distinct point_ref) from points")
    )


def test_one_street_has_cameras_and_a_city_260_of_them(city: Files) -> None:
    cameras = count(city, "cameras")

    assert city.value("select count(distinct substr(area_code, 1, 9)) from cameras") == 1
    assert 0 < cameras <= min(260, count(city, "grids"))
    if share_of_a_city(city) == 1:
        assert cameras == 260
        assert city.value("select min(substr(area_code, 1, 9)) from cameras") == "320111006"
    assert count(city, "counts anti join cameras using (camera_ref)") == 0


def test_a_minute_is_counted_once_and_has_somebody_in_it(city: Files) -> None:
    assert count(city, "(select distinct second, camera_ref from counts)") == count(city, "counts")
    assert count(city, "counts where people::int < 1 or second::int % 60 <> 0") == 0


def test_few_cameras_see_a_gathering_and_all_see_little_at_night(city: Files) -> None:
    above = """
        select camera_ref, count(*) as minutes from counts join cameras using (camera_ref)
         where people::int >= threshold::int group by 1
    """

    assert count(city, f"({above})") == max(1, round(count(city, "cameras") * 0.05))
    assert city.rows(f"select min(minutes) >= 10, max(minutes) <= 40 from ({above})") == [(True, True)]
    seen = "select sum(people::int) from counts where second::int // 3600 between {} and {}"
    assert (city.value(seen.format(1, 3)) or 0) < 0.01 * city.value(seen.format(9, 11))
