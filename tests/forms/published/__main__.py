"""Writes docs/architecture/published-forms.md from the table of examples."""

from pathlib import Path

from tests.forms.published import examples

PAGE = Path(__file__).parents[3] / "docs" / "architecture" / "published-forms.md"
HEAD = """\
# Forms that pyxform publishes, and what becomes of them

pyxform is the converter of the XLSForms of the field. Here stands every example it publishes whose text could
be read, or the XForm that is published beside it: {count}. Of these {served} are `served` to both kinds of phones
(`GET /api/v1/sync/forms`, ODK Collect), rendered by the handheld question by question, filled in there, and taken in by
the house. The others are refused when somebody drafts them, by these codes; [Forms](forms.md) explains each.
`form_unreadable` is pyxform's own refusal: it converts no such form any more.

A city's own columns are added to each (a purpose, a limit to free words, what photos need), so that the kinds of
questions are what is tried. `tests/field/test_published_forms.py` does all of it, in front of the real house and in a
real browser; the table is written from what it is held to (`python -m tests.forms.published`).

| example | restated from | what happens |
|---|---|---|
"""
FOOT = """
## Which are not here

- 13 workbooks whose text is not published beside them, so that only their names could be read: calculate,
  cascading_select_test_equivalent, choice_filter_test, choice_name_as_type, extra_columns, extra_sheet_names,
  field-list, for_loop, hint_with_no_label_column, hint_with_no_label_value, member, settings, warnings.
- 4 that ask the same as one of the table: attribute_columns_test (xlsform_spec_test), media-image-description and its
  translation (image-description), table-list-appearance-mod (table-list).
- 6 published to be refused by pyxform itself: corrupt, duplicate_columns, empty, empty_sheets,
  group_names_must_be_unique, unknown_question_type.

## What is meant by them

- `test_…` are no workbooks: written anew after what pyxform's test of that name tries, for kinds no workbook shows.
- `or_other` lets pyxform make a question of its own, which has no purpose, no limit and no second language. Write it by
  hand: a choice "other", and below it a question in words that is asked where it was chosen.
- `form_unreadable`, `nothing_asked`, `too_many_fields` say nothing against a kind of question: the parts of `widgets`
  and of `xlsform_spec_test` that may be asked are tried as forms of their own.
"""


def page() -> str:
    """Return the page."""
    rows = [(f"`{one.name}`", one.source, one.happens) for one in examples().values()]
    served = sum(one.is_served for one in examples().values())
    head = HEAD.format(count=len(rows), served=served)
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows) + FOOT


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
