"""A masked value shows its mask wherever it goes."""

import json
import pickle

import pytest
from django.template import Context, Engine

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
