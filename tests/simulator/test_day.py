"""What happens in a day to those who ask: doors, telephones, lists, duties, holes of the network; at three scales."""

import pytest

from tests.simulator import cities
from tests.simulator.cities import Files

#: The words of the glossary, written down from it and not from the simulator.
CALL_RESULTS = {
    "answered", "hung_up", "rejected", "busy", "no_answer", "powered_off", "out_of_area", "invalid_number",
    "number_suspended", "network_busy", "opted_out",
}  # fmt: skip
VISIT_RESULTS = {"done", "not_home", "refused", "moved", "unsafe", "postponed"}
CLUE_OUTCOMES = {
    "verified_present", "verified_absent", "moved", "wrong_person", "unreachable", "refused", "referred_medical",
    "duplicate", "out_of_scope",
}  # fmt: skip
HOUR = 3_600


def column(city: Files, table: str, name: str) -> set[str]:
    return {str(row[0]) for row in city.rows(f"select distinct {name} from {table}")}


def test_every_resident_has_one_answer_in_the_register_s_order(city: Files) -> None:
    same = (
        "a.household_ref = r.household_ref and a.area_code = r.area_code and a.resident_ref = r.resident_ref"
    )

    matched = city.value(f"select count(*) from answers a join residents r on a.rowid = r.rowid where {same}")

    assert (
        matched == city.value("select count(*) from answers") == city.value("select count(*) from residents")
    )


def test_a_household_has_one_door_that_opens_once_a_day(city: Files) -> None:
    doors = "select distinct household_ref, home_from, home_until, door from answers"

    assert city.value(f"select count(*) from ({doors})") == city.value("select count(*) from households")


def test_the_words_of_an_answer_are_the_house_s(city: Files) -> None:
    assert column(city, "answers", "phone") == CALL_RESULTS
    # Who is at home is not “not at home”.
    assert column(city, "answers", "door") == VISIT_RESULTS - {"not_home"}
    # What was asked twice and what is nobody's matter is found at a desk; who is unreachable has no answer.
    assert column(city, "answers", "outcome") == CLUE_OUTCOMES - {"duplicate", "out_of_scope", "unreachable"}


@pytest.mark.parametrize("word", ["refused", "moved"])
def test_a_door_that_settles_the_matter_settles_it_for_everybody_behind_it(city: Files, word: str) -> None:
    behind = f"select count(*) from answers where door = '{word}'"

    assert city.value(f"{behind} and outcome = '{word}'") == city.value(behind) > 0
    if word == "refused":
        assert city.value("select count(*) from answers where outcome = 'refused' and door <> 'refused'") == 0


def test_who_opens_lives_there_or_is_a_stranger(city: Files) -> None:
    opened = """
        select outcome, count(*) from answers where door not in ('refused', 'moved')
           and resident_ref in (select min(resident_ref) from answers group by household_ref) group by 1
    """

    assert {outcome for outcome, _count in city.rows(opened)} == {
        "verified_present",
        "wrong_person",
        "referred_medical",
    }
    with_strangers = """
        select count(distinct outcome) from answers where household_ref in (
            select household_ref from answers where outcome = 'wrong_person'
               and resident_ref in (select min(resident_ref) from answers group by household_ref))
        group by household_ref
    """
    assert {count for (count,) in city.rows(with_strangers)} == {1}


def test_who_is_registered_at_two_addresses_is_found_at_the_own_one(city: Files) -> None:
    found = city.rows(
        """
        select distinct a.outcome from specials s join answers a on a.resident_ref = s.other_ref
         where s.kind = 'two_addresses' and a.outcome not in ('refused', 'wrong_person')
        """
    )

    assert found == [("moved",)]


def test_a_telephone_gives_one_result_whoever_is_asked_for(city: Files) -> None:
    results = """
        select count(distinct a.phone) as many from answers a join residents r on a.rowid = r.rowid group by r.phone
    """

    assert city.rows(f"select max(many), count(*) > 1000 from ({results})") == [(1, True)]


def test_doors_open_by_day_more_of_them_in_the_evening_and_some_not_at_all(city: Files) -> None:
    hours = """
        select avg((home_from::int <= {0} and {0} < home_until::int)::int) from answers where door <> 'x'
    """
    early, morning, noon, evening, night = (
        city.value(hours.format(hour * HOUR)) for hour in (6, 10, 14, 19.5, 23)
    )

    assert early == night == 0
    assert 0.5 < morning < 0.65 and 0.5 < noon < 0.68
    assert 0.8 < evening < 0.95
    never = city.value("select avg((home_from = '0' and home_until = '0')::int) from answers")
    assert 0.02 < never < 0.07
    assert city.value("select count(*) from answers where home_from::int > home_until::int") == 0


def test_most_telephones_and_most_doors_answer(city: Files) -> None:
    share = "select avg(({} = '{}')::int) from answers"

    assert 0.58 < city.value(share.format("phone", "answered")) < 0.67
    assert 0.92 < city.value(share.format("door", "done")) < 0.95
    assert 0.83 < city.value(share.format("outcome", "verified_present")) < 0.92
    assert 0 < city.value(share.format("outcome", "referred_medical")) < 0.01


def test_each_list_is_sent_once_most_of_them_in_the_morning_and_one_at_night(city: Files) -> None:
    sent = [
        (int(second), channel, file)
        for second, channel, file in city.rows("select second, channel, file from arrivals order by rowid")
    ]

    assert {(channel, file) for _second, channel, file in sent} == {
        (channel, path.name) for channel, (path,) in cities.LISTS.items()
    }
    assert len(sent) == 17
    assert sent == sorted(sent)
    parts = [
        "night" if s >= 21 * HOUR else "afternoon" if s >= 13 * HOUR else "morning" for s, _c, _f in sent
    ]
    assert (parts.count("morning"), parts.count("afternoon"), parts.count("night")) == (11, 5, 1)
    assert min(sent)[0] > 7 * HOUR


def test_a_duty_is_a_known_worker_s_own_grid_and_one_a_day(city: Files) -> None:
    known = """
        select count(*) from shifts s join workers w on w.worker_ref = s.worker_ref and w.area_code = s.area_code
    """

    assert city.value(known) == city.value("select count(*) from shifts")
    assert city.value("select count(distinct worker_ref) from shifts") == city.value(
        "select count(*) from shifts"
    )
    # The first two of each grid are always there; of the others some are off.
    off = city.rows(
        """
        select count(*) filter (w.worker_ref not like '%-3'), count(*) filter (w.worker_ref like '%-3')
          from workers w anti join shifts using (worker_ref)
        """
    )
    ((never, some),) = off
    assert never == 0
    assert 0 < some / city.value("select count(*) from workers where worker_ref like '%-3'") < 0.4


def test_a_duty_is_twelve_hours_at_most_with_a_break_inside_and_eleven_hours_of_rest_before(
    city: Files,
) -> None:
    numbers = "from_second::int as f, until_second::int as u, break_from::int as bf, break_until::int as bu"
    rows = f"select {numbers}, rested_from::int as r, duty_kind as k from shifts"

    assert city.value(f"select max(u - f) from ({rows})") <= 12 * HOUR
    assert city.value(f"select count(*) from ({rows}) where not (f < bf and bf < bu and bu < u)") == 0
    assert city.value(f"select min(bu - bf) from ({rows})") >= 30 * 60
    assert city.value(f"select min(f - r) from ({rows})") >= 11 * HOUR
    assert city.value(f"select count(*) from ({rows}) where f < 0 or u > 86400") == 0


def test_only_gates_are_kept_at_night_and_only_where_one_never_closes(city: Files) -> None:
    night = "(from_second::int < 7 * 3600 or until_second::int > 21 * 3600)"

    assert city.value(f"select count(*) from shifts where {night} <> (duty_kind = 'entry_supervision')") == 0
    assert column(city, "shifts", "duty_kind") == {"patrol", "entry_supervision"}
    gates = "select area_code from checkpoints where open_hours = '00:00-24:00'"
    kept = "select count(*) from shifts where duty_kind = 'entry_supervision'"
    assert city.value(f"{kept} and area_code not in ({gates})") == 0 < city.value(kept)


def test_somebody_of_every_grid_is_there_from_eight_to_eight_breaks_included(city: Files) -> None:
    moments = f"select unnest(range({8 * HOUR}, {20 * HOUR}, 300)) as second"
    there = f"""
        select g.code, m.second from grids g cross join ({moments}) m
          left join shifts s on s.area_code = g.code and s.duty_kind = 'patrol'
                and s.from_second::int <= m.second and m.second < s.until_second::int
                and not (s.break_from::int <= m.second and m.second < s.break_until::int)
         group by all having count(s.worker_ref) = 0
    """

    assert city.value(f"select count(*) from ({there})") == 0


def test_holes_of_the_network_lie_inside_the_duty_and_apart(city: Files) -> None:
    inside = """
        select count(*) from network n join shifts s using (worker_ref)
         where n.from_second::int >= s.from_second::int and n.until_second::int <= s.until_second::int
           and n.from_second::int < n.until_second::int
    """
    touching = """
        select count(*) from (select from_second::int <= lag(until_second::int) over (
            partition by worker_ref order by from_second::int) as bad from network) where bad
    """

    assert city.value(inside) == city.value("select count(*) from network")
    assert city.value(touching) == 0


def test_most_holes_are_stairwells_and_the_long_ones_are_in_villages(city: Files) -> None:
    length = (
        "select until_second::int - from_second::int as l, worker_ref[11] in ('2', '3') as rural from network"
    )

    assert city.value(f"select median(l) from ({length} where worker_ref[11] not in ('2', '3'))") < 120
    assert city.value(f"select quantile_cont(l, 0.999) from ({length})") < 4 * HOUR
    if city.value("select count(*) from grids where code[10] in ('2', '3')") > 100:
        long = f"select avg((l > 1800)::int) from ({length}) where "
        assert city.value(long + "rural") > 3 * city.value(long + "not rural")
        assert city.value(f"select max(l) from ({length})") > 2 * HOUR
