"""
Owns what a list may contain, what becomes of each row, and why a row waits. Pure.

`rows = accepted + rejected`; `accepted = merged + new + waiting`. A row number is the physical row in the sheet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.kernel.tabular import Column, normalise_header

#: What a department's list may hold, and under which headers. Everything else in a sheet is left where it is.
COLUMNS = (
    Column("name", ("姓名", "名字", "人员姓名", "旅客姓名", "居民姓名"), required=True, hint="name"),
    Column("id_number", ("身份证号", "身份证号码", "证件号码", "证件号", "id"), hint="id"),
    Column("phone", ("手机号", "手机", "手机号码", "联系电话", "电话", "联系方式"), hint="phone"),
    Column("address", ("地址", "住址", "现住址", "居住地址", "家庭住址", "现居住地"), hint="address"),
)

#: Columns that must not come in at all (H-03, H-24): a list that holds one is refused whole.
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "ethnicity": ("民族", "族别", "ethnicity"),
    "religion": ("宗教", "宗教信仰", "religion"),
    "politics": ("政治面貌", "党派", "political status"),
    "origin": (
        "籍贯",
        "原籍",
        "户籍地",
        "户籍地址",
        "户籍所在地",
        "户口所在地",
        "户口地址",
        "出生地",
        "place of origin",
    ),
    "marriage": ("婚姻状况", "婚否", "marital status"),
    "income": ("收入", "收入情况", "income"),
    "biometrics": ("照片", "人脸", "指纹", "photo", "face"),
    "score": ("评分", "信用分", "风险等级", "健康码颜色", "score", "risk level"),
}

#: Why a row was rejected. The sender reads this beside the row number.
REJECTS: Mapping[str, Text] = {
    "name_missing": _("The name is missing."),
    "no_key": _("Neither a document number nor a telephone number nor an address can be read."),
    "formula": _("A cell holds a formula."),
    "merged_cell": _("A cell is merged with its neighbours."),
    "unreadable_cell": _("A cell cannot be read."),
}

#: Why an accepted row waits for a person.
WAITING: Mapping[str, Text] = {
    "ambiguous": _("Several registered people fit."),
    "keys_disagree": _("The document number and the telephone number belong to different households."),
    "name_disagrees": _("The document number belongs to somebody with another surname."),
    "name_not_at_door": _("People are registered behind this door, but nobody of this name."),
    "unplaced": _("The address does not lead to one grid."),
    "no_address": _("Not in the register, and no address is given."),
}

STATES: Mapping[str, Text] = {
    "waiting": _("in review"),
    "ready": _("accepted"),
    "dispatched": _("being checked"),
    "closed": _("answered"),
}

declare(
    {
        "channel_unknown": Problem(
            404, _("There is no channel “%(channel)s”."), _("Choose one of the list.")
        ),
        "agency_not_in_order": Problem(
            403,
            _("The order does not name this department."),
            _("Only departments the order names may send lists."),
        ),
        "order_unclear": Problem(
            422,
            _("%(count)s orders in force could carry this list."),
            _("Choose the order the list was sent under."),
        ),
        "forbidden_column": Problem(
            422,
            _("The list has a column that must not be collected: “%(header)s”."),
            _("Remove this column and send the list again. Nothing of it was kept."),
        ),
        "no_key_column": Problem(
            422,
            _("The list has names but no document number, no telephone number and no address."),
            _("Add at least one of these columns."),
        ),
        "batch_failed": Problem(
            422, _("The list could not be resolved."), _("Send it again; nothing of it was kept.")
        ),
        "batch_refused": Problem(
            409,
            _("This list was refused (%(why)s)."),
            _("Correct it and send it again. Nothing of it was kept."),
        ),
        "clue_decided": Problem(409, _("Somebody has decided this row already."), _("Take the next one.")),
        "decision_unknown": Problem(
            422, _("Choose what is to be done with this row."), _("Choose one of the list.")
        ),
        "grid_needed": Problem(
            422,
            _("This does not name one grid."),
            _("Give the 15-digit code of the grid, or a full address."),
        ),
    }
)


def refusal_again(code: str) -> Refusal:
    """Return the refusal a list got earlier; one whose words need values that were not kept is named by its code."""
    refusal = refuse(code)
    try:
        str(refusal.title), str(refusal.advice)
    except KeyError:
        return refuse("batch_refused", why=code)
    return refusal


def forbidden_header(headers: Iterable[str]) -> str | None:
    """
    Return the first header that names something that must not be collected, or None.

    What a Chinese header ends with is what the column holds: 所属民族 is 民族, 收入院时间 is no 收入.
    """
    words = {normalise_header(word) for group in FORBIDDEN.values() for word in group}
    endings = tuple(word for word in words if not word.isascii())
    for header in headers:
        plain = normalise_header(header)
        if plain in words or plain.endswith(endings):
            return header
    return None


@dataclass(slots=True)
class Lead:
    """One row on its way to becoming a clue: normalised values, '' where nothing usable was given."""

    row: int
    name: str = ""
    surname_sound: str = ""
    name_sound: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""


#: What the reader of tables found in a row that makes it unusable, whatever else it holds.
FATAL = {"formula": "formula", "merged_cell": "merged_cell"}


def reject_of(lead: Lead, row_codes: Iterable[str]) -> tuple[str, str] | None:
    """
    Return (column, code) when a row must be rejected.

    A wrong document number beside a good telephone number or address is not a reason: the row goes on without it.
    """
    for code in row_codes:
        if code in FATAL:
            return "", FATAL[code]
    if not lead.name:
        return "name", "name_missing"
    if not (lead.id_number or lead.phone or lead.address):
        return "id_number", "no_key"
    return None


def is_row_counted(rows: int, accepted: int, rejected: int, merged: int, new: int, waiting: int) -> bool:
    """Tell whether the words of the count add up."""
    return rows == accepted + rejected and accepted == merged + new + waiting
