"""A masked value shows its mask wherever it goes."""

import copy
import json
import pickle
import traceback

import orjson
import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from gridward.kernel.masking import Masked, mask_keep

SECRET = "13900001234"


@pytest.mark.parametrize(
    ("text", "head", "tail", "shown"),
    [
        ("13900001234", 3, 4, "139****1234"),
        ("合成甲", 1, 0, "合**"),
        ("ab", 1, 1, "**"),
        ("a", 3, 4, "*"),
        ("", 1, 1, ""),
        ("abc", 0, 0, "***"),
    ],
)
def test_a_mask_keeps_the_ends_only(text, head, tail, shown):
    assert mask_keep(text, head, tail) == shown


def test_a_masked_value_shows_its_mask_in_every_text():
    phone = Masked.keep(SECRET, head=3, tail=4)

    assert str(phone) == f"{phone}" == "%s" % phone == "139****1234"  # noqa: UP031 — each way of printing is tried
    assert SECRET not in repr(phone) + repr([phone]) + repr({"phone": phone})


def test_a_template_shows_the_mask_and_escapes_it():
    person = {"phone": Masked(SECRET, "<139>****")}

    page = Engine().from_string("{{ phone }}|{{ phone|safe }}").render(Context(person))

    assert page.startswith("&lt;139&gt;****|")
    assert SECRET not in page


def test_only_an_explicit_call_reveals():
    assert Masked(SECRET, "139****").reveal() == SECRET


def test_a_masked_value_cannot_be_written_elsewhere():
    phone = Masked.keep(SECRET, head=3)

    with pytest.raises(TypeError):
        json.dumps(phone)
    with pytest.raises(TypeError):
        pickle.dumps(phone)
    assert not hasattr(phone, "__dict__")


def test_two_masked_values_do_not_tell_whether_they_are_equal():
    assert Masked(SECRET, "x") != Masked(SECRET, "x")


def test_an_empty_value_is_false_so_that_a_page_can_leave_it_out():
    assert not Masked("", "")
    assert Masked(SECRET, "")


# --- masks of any text, and every way a value could slip out ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "head", "tail", "shown"),
    [
        ("欧阳娜娜", 2, 0, "欧阳**"),
        ("买买提·艾力", 1, 1, "买****力"),
        ("Anna-Maria Øst", 1, 3, "A**********Øst"),
        ("𠮷野家", 1, 0, "𠮷**"),
        ("320102199001011234", 6, 4, "320102********1234"),
        ("１３８１２３４５６７８", 3, 4, "１３８****５６７８"),
        ("+86 139 0000 1234", 0, 4, "*************1234"),
    ],
    ids=[
        "a double surname",
        "a dotted name",
        "Latin",
        "beyond the first plane",
        "an id",
        "full width",
        "blanks",
    ],
)
def test_a_mask_counts_characters_of_any_script(text, head, tail, shown):
    assert mask_keep(text, head, tail) == shown


@given(st.text(max_size=30), st.integers(0, 12), st.integers(0, 12))
def test_a_mask_is_as_long_as_the_text_and_shows_no_more_than_its_ends(text, head, tail):
    shown = mask_keep(text, head, tail)

    assert len(shown) == len(text)
    middle = shown[head : len(text) - tail] if len(text) > head + tail else shown
    assert set(middle) <= {"*"}
    assert len(text) <= head + tail or (shown[:head], shown[len(text) - tail :]) == (
        text[:head],
        text[len(text) - tail :],
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ phone.reveal }}",
        "{{ phone.reveal|upper }}",
        "{% with shown=phone.reveal %}{{ shown }}{% endwith %}",
        "{% if phone.reveal %}{{ phone.reveal|safe }}{% endif %}",
        "{{ phone|stringformat:'r' }}",
        "{{ phone|stringformat:'s' }}",
        "{{ phone|make_list }}",
        "{{ phone|linebreaks }}",
        "{{ phone|default:'x'|truncatechars:9 }}",
        "{{ people|join:' ' }}",
        "{{ people|pprint }}",
        "{{ people }}",
    ],
)
def test_no_template_shows_the_content_whatever_it_does_with_it(source):
    people = {"phone": Masked.keep(SECRET, head=3), "people": [Masked.keep(SECRET, head=3)]}

    assert SECRET not in Engine().from_string(source).render(Context(people))


@pytest.mark.parametrize(
    "leak",
    [
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
        orjson.dumps,
        lambda value: json.dumps({"phone": value}, cls=DjangoJSONEncoder),
        lambda value: value + "",
        lambda value: "".join([value]),
        len,
        iter,
        bytes,
        vars,
        lambda value: value.plain,
        lambda value: value < value,
    ],
)
def test_no_ordinary_way_out_leads_to_the_content(leak):
    with pytest.raises((TypeError, AttributeError)) as refused:
        leak(Masked.keep(SECRET, head=3))

    assert SECRET not in str(refused.value)


def test_a_trace_of_an_error_beside_a_masked_value_does_not_tell_it():
    phone = Masked.keep(SECRET, head=3)
    try:
        raise ValueError(phone)
    except ValueError as error:
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()

    assert phone.reveal() == SECRET
    assert SECRET not in "".join(line for line in lines if "SECRET" not in line)
