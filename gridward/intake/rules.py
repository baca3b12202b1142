"""
Owns what a list may contain, what becomes of each row, and why a row waits. Pure.

`rows = accepted + rejected`; `accepted = merged + new + waiting`. A row number is the physical row in the sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.country.api import IdReading, PhoneReading
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.kernel.tabular import Column, RowProblem, Table, normalise_header

#: What a department's list may hold, and under which headers. Everything else in a sheet is left where it is.
#: Of several headers that fit, the one that stands first here is read.
COLUMNS = (
    Column(
        "name",
        ("姓名", "名字", "人员姓名", "旅客姓名", "乘客姓名", "患者姓名", "员工姓名", "居民姓名", "full name"),
        required=True,
        hint="name",
    ),
    Column(
        "id_number",
        (
            "身份证号", "身份证号码", "公民身份号码", "居民身份证号码", "身份证件号", "身份证件号码", "身份证",
            "证件号码", "证件号", "护照号", "护照号码", "id", "id no", "id number", "passport no", "passport number",
        ),
        hint="id",
    ),
    Column(
        "phone",
        (
            "手机号", "手机号码", "手机", "本人手机", "本人电话", "移动电话", "联系电话", "电话号码",
            "联系方式", "电话", "mobile", "mobile number", "phone number", "telephone",
        ),
        hint="phone",
    ),
    Column(
        "address",
        (
            "现住址", "现居住地", "现居住地址", "居住地址", "居住地", "家庭住址", "家庭地址", "常住地址", "住址",
            "详细地址", "地址", "home address",
        ),
        hint="address",
    ),
)  # fmt: skip

#: Columns that must not come in at all (H-03, H-24): a list that holds one is refused whole.
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "ethnicity": ("民族", "族别", "ethnicity"),
    "religion": ("宗教", "宗教信仰", "信仰", "信仰宗教", "religion"),
    "politics": ("政治面貌", "党派", "党员", "political status"),
    "origin": (
        "籍贯",
        "原籍",
        "户籍地",
        "户籍地址",
        "户籍所在地",
        "户口所在地",
        "户口地址",
        "户籍",
        "出生地",
        "出生地址",
        "place of origin",
    ),
    "marriage": ("婚姻", "婚姻状况", "婚否", "marital status"),
    "income": ("收入", "收入情况", "income"),
    "biometrics": ("照片", "人脸", "指纹", "photo", "face"),
    "score": ("评分", "信用分", "风险等级", "健康码颜色", "健康码", "score", "risk level"),
}

#: Words at the end of a header that say how something is written down, not what it is.
WRITTEN_DOWN = ("成分", "情况", "状态", "状况", "代码", "编号", "名称", "图片", "特征", "信息", "类别")

#: Why a row was rejected. The sender reads this beside the row number.
REJECTS: Mapping[str, Text] = {
    "name_missing": _("The name is missing."),
    "no_key": _("Neither a document number nor a telephone number nor an address is given."),
    "id_wrong": _("The document number is not valid, and nothing else is given."),
    "phone_wrong": _("The telephone number cannot be read, and nothing else is given."),
    "formula": _("A cell holds a formula."),
    "shifted_cells": _("The row has more or fewer cells than the list has columns."),
    "repeated_header": _("The row repeats the column names."),
    "footer": _("The row is a sum, a signature or a remark below the list, and about nobody."),
}

#: What was wrong with rows that were accepted all the same.
NOTES: Mapping[str, Text] = {
    "id_unusable": _("Rows with a document number that could not be used."),
    "phone_unusable": _("Rows with a telephone number that could not be used."),
    "left_open": _(
        "Rows no exact key decided, compared with registered people where they may be about some."
    ),
    "matched_by_likeness": _("Rows matched by likeness, where no number or name agreed exactly."),
    "people_opened": _("People opened in memory to compare them with such rows."),
    "bystanders_opened": _("People opened so whom no row of this list is about."),
    "decided_before": _("Rows decided as an officer had decided about the same before."),
    "decided_in_doubt": _("Rows that wait because something speaks against an earlier decision."),
}

#: Why an accepted row waits for a person.
WAITING: Mapping[str, Text] = {
    "ambiguous": _("Several registered people fit."),
    "keys_disagree": _("The document number and the telephone number belong to different households."),
    "name_disagrees": _("The document number belongs to somebody with another surname."),
    "name_not_at_door": _("People are registered behind this door, but nobody of this name."),
    "resembles": _("Resembles somebody registered, but not surely enough."),
    "unplaced": _("The address does not lead to one grid."),
    "no_address": _("Not in the register, and no address is given."),
    "outside_order": _("The address lies outside the area of the order."),
    "kept_gone": _("Decided before, but that person is no longer in the register."),
    "kept_moved": _("Decided before, but that person has moved since."),
    "kept_answered": _("Decided before, but a worker found otherwise at the door."),
    "kept_number": _("Decided before, but this row gives another document number."),
    "kept_newcomer": _("Decided before, but somebody else fits now who did not then."),
    "kept_split": _("Decided before, in two different ways."),
}
#: Rows that an earlier decision would have decided if nothing spoke against it by now.
IN_DOUBT = frozenset(code for code in WAITING if code.startswith("kept_"))
#: What a person looks at, for each of them.
WAITS_DO: Mapping[str, Text] = {
    "ambiguous": _("Choose the one whose other marks agree; if nobody's do, it is somebody new."),
    "keys_disagree": _(
        "One of the two numbers was mistyped or is old: see which of them goes with the name and the door."
    ),
    "name_disagrees": _("Either the number was mistyped, or the name was written another way."),
    "name_not_at_door": _(
        "Either a new person behind this door, or somebody there whose name was written another way."
    ),
    "resembles": _("See whether the ways they differ are slips of the pen; if not, it is somebody new."),
    "unplaced": _("Say which grid the address means, or give the row back."),
    "no_address": _("Without an address nobody can go there: say where it is, or give the row back."),
    "outside_order": _("If the address is right, give the row back: the order does not reach there."),
    **dict.fromkeys(
        IN_DOUBT, _("See whether the earlier decision still holds. What you decide now stands in its place.")
    ),
}

#: Why a person gives a row back, in the order of their keys; the sender reads the words, machines the code.
GIVEN_BACK: Mapping[str, Text] = {
    "data_wrong": _("The data fit nobody; please check them."),
    "no_resident": _("Does not live in this city."),
    "named_twice": _("The list names this person twice."),
    "place_unknown": _("Where this person is cannot be told from the address."),
    "no_concern": _("Not a matter of this order."),
}

#: Why a row was answered although nobody was asked for it; the time beside it is that of the visit or call.
ANSWERED_BEFORE: Mapping[str, Text] = {
    "answered_by_visit": _("Answered by a visit of %(date)s; nobody was asked again."),
    "answered_by_call": _("Answered by a call of %(date)s; nobody was asked again."),
}

#: These end by themselves when another row about the same person says where it is.
WAITS_FOR_PLACE = frozenset({"unplaced", "no_address", "outside_order"})

STATES: Mapping[str, Text] = {
    "waiting": _("in review"),
    "ready": _("accepted"),
    "dispatched": _("being checked"),
    "closed": _("answered"),
}

#: What was found, in the words a sender reads. Dispatch stands above and has the same codes.
OUTCOME_WORDS: Mapping[str, Text] = {
    "verified_present": _("Lives here, checked"),
    "verified_absent": _("Lives here, away now"),
    "moved": _("Lives elsewhere"),
    "wrong_person": _("No such person here"),
    "unreachable": _("Unreachable"),
    "refused": _("Refused"),
    "referred_medical": _("Handed to medical care"),
    "out_of_scope": _("Not a matter of this order"),
    "duplicate": _("Asked for twice"),
}

#: What became of a push.
DELIVERY_STATES: Mapping[str, Text] = {
    "waiting": pgettext_lazy("push", "waits"),
    "delivered": pgettext_lazy("push", "arrived"),
    "given_up": pgettext_lazy("push", "given up"),
}
#: Why a push did not arrive; any other answer is the status of the receiver.
DELIVERY_ANSWERS: Mapping[str, Text] = {
    "timeout": _("no answer in time"),
    "certificate": _("the certificate is not valid"),
    "no_answer": _("nobody answers there"),
    "no_wire": _("this machine sends nothing out"),
    "order_inactive": _("the order is over"),
    "ended": _("the address was ended"),
}

declare(
    {
        "webhook_address": Problem(
            422,
            _("Outcomes may not be pushed to this address."),
            _("Use https and a host that the city named; ask its engineer to name yours."),
        ),
        "webhook_known": Problem(
            409, _("Outcomes are pushed to this address already."), _("Look at the list of addresses.")
        ),
        "webhooks_many": Problem(
            409, _("Outcomes are pushed to %(most)s addresses already."), _("End one of them first.")
        ),
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


class _NotKept(dict[str, str]):
    """The values of an earlier refusal: they came from the list and were not kept, so an ellipsis stands for each."""

    def __missing__(self, key: str) -> str:
        return "…"


def refusal_again(code: str) -> Refusal:
    """Return the refusal a list got earlier, in its own words; values that were not kept are left out of them."""
    return Refusal(refuse(code).code, _NotKept())


def forbidden_header(headers: Iterable[str]) -> str | None:
    """
    Return the first header that names something that must not be collected, or None.

    What a Chinese header ends with is what the column holds: 所属民族 is 民族, 收入院时间 is no 收入. Words that only
    say how something is written down hide nothing: 民族成分 and 指纹编号 are 民族 and 指纹.
    """
    words = {normalise_header(word) for group in FORBIDDEN.values() for word in group}
    endings = tuple(word for word in words if not word.isascii())
    for header in headers:
        plain = normalise_header(header)
        while not plain.endswith(endings) and plain.endswith(WRITTEN_DOWN):
            plain = plain.removesuffix(next(word for word in WRITTEN_DOWN if plain.endswith(word)))
        if plain in words or plain.endswith(endings):
            return header
    return None


def preferred(column: str, headers: Sequence[str]) -> int | None:
    """
    Return which of several headers of one column is read: whose word stands first in COLUMNS, then the left one.

    None when none of them really says so: then what merely resembles it is left alone.
    """
    words = [normalise_header(word) for word in next(one for one in COLUMNS if one.name == column).words]
    ranks = []
    for place, header in enumerate(headers):
        plain = normalise_header(header)
        exact = [rank for rank, word in enumerate(words) if plain == word]
        ending = [len(words) for word in words if not word.isascii() and plain.endswith(word)]
        ranks += [(min(exact or ending), place)] if exact or ending else []
    return min(ranks)[1] if ranks else None


def chosen(table: Table) -> dict[str, int]:
    """Return, for each column several headers fit, the one read. A list without a sure name is refused before."""
    found: dict[str, int] = {}
    for doubt in table.ambiguous:
        place = preferred(doubt.column, doubt.headers)
        if place is not None and doubt.indexes[place] not in found.values():
            found[doubt.column] = doubt.indexes[place]
    return found


def chosen_notes(table: Table) -> dict[str, dict[str, str | int]]:
    """Return what has to be noticed about such choices, for the list's page."""
    return {f"chosen_{name}": {"header": table.headers[index][:40]} for name, index in chosen(table).items()}


@dataclass(slots=True)
class Lead:
    """One row on its way to becoming a clue: normalised values, '' where nothing usable was given."""

    row: int
    name: str = ""
    surname_sound: str = ""
    name_sound: str = ""
    id_number: str = ""
    #: What stands in the cell of the document number where it is not the number that was read.
    id_written: str = ""
    phone: str = ""
    address: str = ""
    unusable: tuple[str, ...] = ()


#: After these nothing in a row can be trusted; a formula only where it stands in a column that is taken.
ROW_LOST = {
    "too_many_cells": "shifted_cells",
    "too_few_cells": "shifted_cells",
    "repeated_header": "repeated_header",
}
ROW_LOST_IN_COLUMN = {"formula": "formula"}
#: What people write when there is nothing to write.
ABSENT = frozenset({"", "-", "--", "—", "/", "无", "不详", "未知", "暂无", "空", "n/a", "none", "null"})


def address_given(text: str) -> str:
    """Return the address as written, or nothing where somebody wrote that there is none."""
    return "" if text.strip().casefold() in ABSENT else text


def written(text: str, id_: IdReading) -> str:
    """Return what stands in a cell that gave no number, or a longer one: something else may have been meant by it."""
    return text if len(text.strip()) < len(id_.value) or not id_.value else ""


def is_cell_lost(header: str, problems: Iterable[RowProblem]) -> bool:
    """Tell whether the cell under this header cannot be used: rounded digits, an error value, a merged cell."""
    return any(problem.column == header and problem.code not in ROW_LOST for problem in problems)


def row_lost(headers: Mapping[str, str], problems: Iterable[RowProblem]) -> tuple[str, str] | None:
    """Return (column, code) when no value of a row can be trusted. `headers` are those of the taken columns."""
    for problem in problems:
        if problem.code in ROW_LOST:
            return "", ROW_LOST[problem.code]
        if problem.code in ROW_LOST_IN_COLUMN and problem.column in headers:
            return headers[problem.column], ROW_LOST_IN_COLUMN[problem.code]
    return None


def unusable(id_text: str, id_: IdReading, phone_text: str, phone: PhoneReading) -> tuple[str, ...]:
    """Return the codes of what stands in a row and cannot be used."""
    found = (("id_unusable", id_text, id_.value), ("phone_unusable", phone_text, phone.value))
    return tuple(code for code, text, value in found if text.strip().casefold() not in ABSENT and not value)


def reject_of(lead: Lead) -> tuple[str, str] | None:
    """
    Return (column, code) when a row must be rejected.

    A wrong document number beside a good telephone number or address is not a reason: the row goes on without it.
    """
    if not lead.name:
        return "name", "name_missing"
    if lead.id_number or lead.phone or lead.address:
        return None
    if "id_unusable" in lead.unusable:
        return "id_number", "id_wrong"
    if "phone_unusable" in lead.unusable:
        return "phone", "phone_wrong"
    return "id_number", "no_key"


def waits_for(register_reason: str, address: str, status: str, is_inside: bool) -> str:
    """Return why a row about nobody in the register waits, or nothing when its place is known."""
    if register_reason:
        return register_reason
    if not address:
        return "no_address"
    if status == "found":
        return "" if is_inside else "outside_order"
    return "unplaced"
