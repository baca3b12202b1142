"""Owns recognising what a file to be imported is, by its content. Refuses to decide by the file's name."""

from pathlib import Path

from gridward.kernel.tabular import Column, Limits, Table, read_table

DIVISIONS, GRIDS, SHAPES, ADDRESSES = "divisions", "grids", "shapes", "addresses"
KINDS = (DIVISIONS, GRIDS, SHAPES, ADDRESSES)
HEAD = 4096
TELLING = (
    Column("area_code", ("网格编码", "网格代码")),
    Column("road", ("道路", "路名", "街路巷")),
    Column("number", ("门牌号", "门牌")),
    Column("room", ("室", "房号")),
    Column("code", ("代码", "编码", "区划代码")),
    Column("level", ("级别", "层级")),
    Column("parent", ("上级", "上级代码")),
    Column("name", ("名称",)),
    Column("kind", ("类别",)),
)


def recognise(path: Path, filename: str) -> str | None:
    """
    Return divisions, grids, shapes or addresses, or None when the file is nothing that is imported here.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if b'"FeatureCollection"' in head:
        return SHAPES
    table = read_table(path, filename=filename, wanted=TELLING, limits=Limits(bytes_max=1 << 30))
    if not isinstance(table, Table):
        return None
    if {"area_code", "road"} <= table.columns.keys():
        return ADDRESSES
    if not {"code", "level", "name"} <= table.columns.keys():
        return None
    place = table.columns["level"]
    first = next(iter(table.chunks(50)), [])
    return GRIDS if any(row.cells[place].lower() == "grid" for row in first) else DIVISIONS
