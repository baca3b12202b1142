"""Every page of every role, asked for over HTTP in a filled city: how long the server takes over each."""

import re
from functools import partial

from django.conf import settings

from benchmarks.house.city import City, superuser
from benchmarks.house.visitor import FLOOR, Visitor
from benchmarks.turns import timed

#: Seconds of a page and of the floor, block by block, and how many bytes the page answers with.
Samples = tuple[list[list[float]], list[list[float]], int]
BLOCK = 20
SECONDS_A_BLOCK = 3.0

#: Role and page; `{…}` is filled in from the city (see `known`).
PAGES: tuple[tuple[str, str], ...] = tuple(
    (role, page)
    for role, pages in {
        "city_officer": "/board /areas /areas/{district} /areas/{grid} /board/why/open /board/why/late /board/why/done"
        " /board/status.json /board/coverage /orders /orders/{order} /orders/new /tiles/{tile} /channels /budgets"
        " /budgets/free /forms /forms/{form} /forms/{form}/workbook /forms/{form}/xform.xml /escalations"
        " /escalations/{risen} /whistles /whistles/{whistle} /quality /quality/{channel}"
        " /quality.csv",
        "district_officer": "/board /board/status.json /board/coverage /budgets /escalations /whistles /handovers",
        "street_officer": "/board /review /tasks /tasks?state=closed /tasks/{task} /tasks/passes /duty /duty.csv"
        " /duty/devices /duty/instructions /duty/instructions/{instruction} /duty/help /duty/help/banner /duty/clock"
        " /answers /answers/{answer} /areas/{grid}/plates"
        " /budgets /handovers /corrections /escalations /whistles",
        "community_officer": "/board /tasks /doors /duty /duty/devices /budgets /handovers /corrections /escalations"
        " /merges /premises",
        "intake_officer": "/lists /lists?after={old} /lists/{list} /lists/{list}/rejects.csv /lists/new /review"
        " /review/{case} /channels /forms/new",
        "grid_worker": "/today /today/{work}",
        "supervisor": "/board /supervision /supervision/tasks/{drawn}",
        "agency_liaison": "/returns /returns/{sent} /returns/{sent}.csv /quality /quality/{channel} /push /called",
        "auditor": "/ledger /ledger?action=task.close /ledger?action=register.import /ledger?before={entry}",
        "system_administrator": "/accounts /accounts?after=bench2 /tokens",
    }.items()
    for page in pages.split()
)

KNOWN = {
    "list": "select id from intake_batch order by row_count desc limit 1",
    "channel": "select code from intake_channel where agency_code = 'health' order by code limit 1",
    "risen": "select id from dispatch_escalation where state = 'open' limit 1",
    "drawn": "select task_id from dispatch_supervision where state = 'waiting' and area_pos <@ %(street)s::int8range"
             " limit 1",
    "whistle": "select id from dispatch_whistle where state = 'open' limit 1",
    "sent": "select id from intake_batch where agency_code = 'health' order by row_count desc limit 1",
    "old": "select to_char(received_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '%2B00:00~' || id"
           " from intake_batch order by received_at limit 1 offset 100",
    "case": "select id from intake_clue where state = 'waiting' and candidates <> '[]' order by id limit 1",
    "task": "select id from dispatch_task where state = 'closed' and area_pos <@ %(street)s::int8range limit 1",
    "work": "select t.id from dispatch_task t join workforce_account a on a.id = t.assignee_id and a.handle = 'worker'"
            " where t.state = 'open' and released_at is not null order by t.id limit 1",
    "entry": "select max(id) / 2 from kernel_ledgerentry",
    "grid": "select max(code) from territory_area where level = 'grid' and pos <@ %(street)s::int8range",
    "answer": "select id from field_submission where area_pos <@ %(street)s::int8range limit 1",
    "instruction": "select id from field_instruction where area_pos <@ %(street)s::int8range limit 1",
    "form": "select id from forms_formversion order by drafted_at desc limit 1",
    "geometry": "select id from territory_geometryversion order by published_at desc limit 1",
}  # fmt: skip


class Tour:
    """Everybody signed in, ready to be sent to any page; the floor takes turns with each."""

    def __init__(self, city: City, port: int) -> None:
        known_here = known(city)
        roles = dict.fromkeys(role for role, _page in PAGES)
        self._visitors = {role: Visitor(port).sign_in(city.handles[role]) for role in roles}
        self._stops = {named(role, page): (role, page.format_map(known_here)) for role, page in PAGES}

    @property
    def names(self) -> list[str]:
        """Return what the pages are called."""
        return list(self._stops)

    def visit(self, name: str, rounds: int, most: int) -> Samples:
        """Ask for a page and for the floor in turn, up to so many of each a round, fewer where the page is slow."""
        role, path = self._stops[name]
        return visit(self._visitors[role], path, rounds, most)


def pages_visited(city: City, port: int, *, rounds: int, most: int = BLOCK) -> dict[str, Samples]:
    """Visit every page in the role it is for."""
    tour = Tour(city, port)
    return {name: tour.visit(name, rounds, most) for name in tour.names}


def known(city: City) -> dict[str, str]:
    """Look up what the addresses of pages name: ids that exist at this size."""
    street = f"[{city.street.pos},{city.street.end})"
    found = {"order": str(city.order.id), "district": city.real.code[:6]}
    with superuser() as cursor:
        for name, question in KNOWN.items():
            cursor.execute(question, {"street": street} if "%(" in question else None)
            row = cursor.fetchone()
            if row is None:
                raise RuntimeError(f"the benchmark's city has no {name}: its data is wrong")
            found[name] = str(row[0])
    tiles = sorted(
        (settings.DATA / "tiles" / found["geometry"]).rglob("*.mvt"), key=lambda one: one.stat().st_size
    )
    return found | {"tile": str(tiles[-1].relative_to(settings.DATA / "tiles"))}


def named(role: str, page: str) -> str:
    """Return what a figure is called: the page, with an ellipsis for ids, and whose it is."""
    return f"{re.sub(r'{[a-z]+}', '…', page)} · {role}"


def visit(visitor: Visitor, path: str, rounds: int, most: int) -> Samples:
    """Ask for the page and for the floor in turn, up to so many of each a round, fewer where the page is slow."""
    length = len(visitor.get(path).encode())
    times = min(most, max(3, int(SECONDS_A_BLOCK / timed(partial(visitor.get, path)))))
    seconds: dict[str, list[list[float]]] = {path: [], FLOOR: []}
    for _ in range(rounds):
        for each in (path, FLOOR):
            seconds[each].append([timed(partial(visitor.get, each)) for _ in range(times)])
    return seconds[path], seconds[FLOOR], length
