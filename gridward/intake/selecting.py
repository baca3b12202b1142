"""
Owns telling by its name and titles that a list selects people by origin, by ethnicity, or by employer alone.

Such a list is refused whole (H-03): where somebody travelled from may matter, where they were born never does.
Pure. Refuses to look at rows.
"""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

#: What a list is of.
_PEOPLE: Final = (
    r"(返|来|在|流动|外出|务工|从业)?(宁|京|沪)?"
    r"(人员|人口|居民|群众|学生|员工|职工|工人|旅客|名单|花名册|名册)"
)
_ETHNICITIES: Final = (
    "少数民|汉|回|维吾尔|藏|蒙古|满|壮|苗|彝|朝鲜|哈萨克|土家|侗|瑶|白|傣|布依|哈尼|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固"
    "|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_ORIGIN: Final = re.compile(rf"(?<![书学党团军古典国])籍{_PEOPLE}|美国籍|外国籍|户籍{_PEOPLE}")
_ETHNIC: Final = re.compile(rf"({_ETHNICITIES})族{_PEOPLE}")
_EMPLOYER: Final = re.compile(
    r"(公司|集团|工厂|厂|企业|商场|酒店)(全体|在职|在岗|所有)?(员工|职工|工人)(信息)?(名单|花名册|名册|表|$)"
)
#: An employer may say itself who works for it.
DECLARED: Final = "enterprise_declared"

declare(
    {
        "selects_origin": Problem(
            422,
            _(
                "The list selects people by where they come from, by ethnicity or by their employer alone: “%(title)s”."
            ),
            _(
                "No such list is taken in. Ask for those the order is about, for example by where they travelled."
            ),
        )
    }
)


def selected_by(texts: Iterable[str], *, clue_kind: str) -> Refusal | None:
    """Refuse a list whose file name, sheet or title says that it selects by what no list may select by."""
    for text in texts:
        plain = re.sub(r"[\s\W_]+", "", text)
        if (
            _ORIGIN.search(plain)
            or _ETHNIC.search(plain)
            or (clue_kind != DECLARED and _EMPLOYER.search(plain))
        ):
            return refuse("selects_origin", title=text[:40])
    return None
