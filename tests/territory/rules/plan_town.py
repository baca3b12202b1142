"""A small town without a database: areas with positions, the index of their names, the tree of the verdict."""

from gridward.country.api import pack
from gridward.territory.rules.names import OUTSIDE, Named, NameIndex, build_index
from gridward.territory.rules.reading import Home
from gridward.territory.rules.tree import AreaRow, plan_tree
from gridward.territory.rules.verdict import Tree

CN = pack("cn")
AREAS = {
    "3201": ("city", "南京市"),
    "320102": ("district", "玄武区"),
    "320102003": ("street", "新街口街道"),
    "320102003015": ("community", "成贤街社区居委会"),
    "320102003015001": ("grid", "成贤街社区第1网格"),
    "320102003015002": ("grid", "成贤街社区第2网格"),
    "320102003011": ("community", "大石桥社区居委会"),
    "320102003011001": ("grid", "大石桥社区第1网格"),
    "320102007": ("street", "锁金村街道"),
    "320102007009": ("community", "新庄社区居委会"),
    "320104": ("district", "秦淮区"),
    "320104001": ("street", "秦虹街道"),
    "320104001001": ("community", "中牌楼社区居委会"),
    "320104001001001": ("grid", "中牌楼社区第1网格"),
    "320116": ("district", "六合区"),
    "320116001": ("street", "雄州街道"),
    "320116001013": ("community", "新庄社区居委会"),
    "320116001201": ("community", "周营村委会"),
    "320116001201001": ("grid", "周营村第1网格"),
}


def _named() -> dict[str, Named]:
    rows = [
        AreaRow(number, code, level, CN.code_parent(code) or "" if level != "city" else "", name)
        for number, (code, (level, name)) in enumerate(AREAS.items(), 2)
    ]
    plan = plan_tree(rows, {}, CN.code_level, CN.code_parent)
    assert not plan.problems
    return {
        new.row.code: Named(
            new.interval.pos,
            new.interval.end,
            new.row.level,
            new.row.code,
            new.row.parent,
            new.row.level == "community" and CN.names_settlement(new.row.code, new.row.name),
        )
        for new in plan.added
    }


NAMED = _named()
TREE = Tree(NAMED, {area.pos: area for area in NAMED.values() if area.level == "grid"})
HOME = Home(frozenset({"江苏省"}), frozenset({"南京市"}))
PROVINCE = Named(0, 1 << 62, OUTSIDE, "32", "")


def index() -> NameIndex:
    """Return the index of the town's names, as a process holds it."""
    named = [
        (area, [AREAS[code][1]] if area.level == "grid" else list(CN.code_name_variants(AREAS[code][1])))
        for code, area in NAMED.items()
    ]
    return build_index([*named, (PROVINCE, ["江苏省", "江苏"])])


def codes(areas: tuple[Named, ...]) -> tuple[str, ...]:
    """Return the codes of some areas, sorted."""
    return tuple(sorted(area.code for area in areas))
