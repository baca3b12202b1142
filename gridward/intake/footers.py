"""Owns telling what stands below a list, a sum, a signature, a remark, from a row about somebody. Pure."""

import re
from collections.abc import Sequence

#: How the rows begin that stand below a list and are about nobody.
FOOTERS = re.compile(
    r"(合计|总计|小计|共计|总数|总人数|人数合计|填表人|制表人|填报人|审核人|复核人|经办人|报送人|填报单位|报送单位|制表单位"
    r"|填表日期|制表日期|填报日期|报送日期|打印日期|备注|说明|注|total|sum|subtotal)(\s*[:：(（\d].*|)|共\s*\d+\s*[人户条].*"
)
#: The first signs of these: nearly every row begins with another one.
FOOTER_SIGNS = frozenset("合总小共人填制审复经报打备说注tTsS")


def is_footer(cells: Sequence[str], name_place: int) -> bool:
    """Tell whether a row stands below the list: its first words say so, and nobody is named beside them."""
    first = next((place for place, cell in enumerate(cells) if cell), None)
    if first is None or (first != name_place and cells[name_place]):
        return False
    return FOOTERS.fullmatch(cells[first].casefold()) is not None
