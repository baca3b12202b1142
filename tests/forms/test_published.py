"""The page about the forms that pyxform publishes says what the tests hold them to."""

from tests.forms.published import SERVED, examples, ready
from tests.forms.published.__main__ import PAGE, page


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.forms.published"


def test_every_example_has_a_name_of_its_own_a_source_and_questions() -> None:
    found = examples().values()

    assert len(found) >= 60
    assert len({one.code for one in found}) == len(found)
    assert all(one.source and one.happens and one.book["survey"] for one in found)
    assert sum(one.happens == SERVED for one in found) >= 30


def test_a_city_adds_its_columns_to_what_is_answered_and_to_nothing_else() -> None:
    rows = ready(examples()["osm"])["survey"]

    assert [row["type"] for row in rows if "purpose" in row] == [
        "photo",
        "osm",
        "osm building_tags",
        "select_one colors",
    ]
    assert rows[0]["parameters"] == "max-pixels=1024"
    assert rows[0]["hint"].endswith("no people")
