"""What stands on a door plate, and the mark by which it is known again."""

from gridward.territory.rules import plates


def test_a_code_is_written_so_that_it_can_be_read_aloud() -> None:
    assert plates.written("7G0Q4M1ZK9RW") == "7G0Q-4M1Z-K9RW"


def test_signs_that_are_taken_for_one_another_stand_on_no_plate() -> None:
    assert not set("ILOU") & set(plates.SIGNS) and len(set(plates.SIGNS)) == 32
    assert len(plates.SIGNS) ** plates.LENGTH == 2**60


def test_a_mark_is_of_one_code_alone() -> None:
    first, other = plates.mark_of("7G0Q4M1ZK9RW"), plates.mark_of("7G0Q4M1ZK9RX")

    assert first == plates.mark_of("7G0Q4M1ZK9RW") != other
    assert len(first) == 16 and int(first, 16)
