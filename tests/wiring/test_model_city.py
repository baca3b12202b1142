"""The cast of the model city fits the lists that the simulator writes for it."""

from gridward.wiring.model_city import AGENCIES, CHANNELS, OFFICERS
from simulator.lists import SHAPES


def test_every_list_of_the_simulator_has_its_channel_and_its_department() -> None:
    assert {(shape.channel, shape.agency) for shape in SHAPES} == {
        (channel["code"], channel["agency_code"]) for channel in CHANNELS
    }
    assert {shape.agency for shape in SHAPES} == {code for code, _name in AGENCIES}
    assert len(CHANNELS) == len(AGENCIES) == len({name for _code, name in AGENCIES}) == 17


def test_every_department_of_the_demo_has_somebody_who_reads_what_comes_back() -> None:
    liaisons = [officer for officer in OFFICERS if officer.role == "agency_liaison"]

    assert sorted(officer.agency for officer in liaisons) == sorted(code for code, _name in AGENCIES)
    assert len({officer.handle for officer in OFFICERS}) == len(OFFICERS)
