"""U2: from a csv of 30,000 workers to a phone each, as centres enrol them; and one phone in a slowed browser."""

import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.house.boards import processor_seconds
from benchmarks.house.city import City
from benchmarks.house.filled import settled
from benchmarks.house.phones import Phone, code_shown
from benchmarks.house.starting import PIN, SLOWER, browsed
from benchmarks.house.visitor import Visitor

#: Workers of a city, phones enrolled one after another, and phones in the browser.
WORKERS, PHONES, IN_BROWSER = 30_000, 100, 5
HEAD = ("worker_ref", "name", "phone", "employment", "area_code", "role", "handle")


def enrolled_seen(city: City, port: int, site_pid: int, *, quick: bool) -> dict[str, Any]:
    """Return seconds of the roster, of each phone from the code to its first task, and what the processors worked."""
    workers, phones = (300, 3) if quick else (WORKERS, PHONES)
    roster = _roster(workers)
    handle = city.handles["grid_worker"]
    centre = Visitor(port).sign_in(city.handles["community_officer"])
    seconds = []
    before = processor_seconds(site_pid)
    for _one in range(phones):
        begun = time.perf_counter()
        code = code_shown(centre, handle, port).partition("#enrol=")[2]
        tasks = Phone(port, code).sync()[1]["tasks"]
        if not tasks:
            raise RuntimeError("an enrolled phone has no task to open")
        seconds.append(time.perf_counter() - begun)
    after = processor_seconds(site_pid)
    return {
        "workers": workers, "roster": roster, "phones": seconds,
        "worked": (sum(after) - sum(before)) / phones,
        "browser": [_in_browser(code_shown(centre, handle, port)) for _one in range(2 if quick else IN_BROWSER)],
    }  # fmt: skip


def _roster(workers: int) -> float:
    """Import a roster of so many synthetic workers over the city's grids, and return the seconds."""
    from gridward.kernel import clock
    from gridward.kernel.actor import SYSTEM
    from gridward.territory.models import Area
    from gridward.workforce import api as workforce

    grids = list(Area.objects.filter(level="grid").order_by("pos").values_list("code", flat=True))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(HEAD)
            for number in range(workers):
                phone, grid = f"139{number:08}", grids[number % len(grids)]
                lines.writerow(
                    (f"u2-{number}", f"合成{number}", phone, "full_time", grid, "grid_worker", f"u2-{number}")
                )
        begun = time.perf_counter()
        report = settled(workforce.roster_import(path=path, filename=path.name, by=SYSTEM, now=clock.now()))
        if report.workers != workers:
            raise RuntimeError(f"a roster of {workers} was not taken: {report.problems[:3]}")
        return time.perf_counter() - begun


def _in_browser(address: str) -> float:
    """Return the seconds from opening the code's address until a task is open, PIN typed at once, slowed sixfold."""
    with browsed() as page:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        begun = time.perf_counter()
        page.goto(address)
        for place in ("#pin", "#pin-again"):
            page.fill(place, PIN)
        page.click("button.first")
        page.click("[data-task]", timeout=60_000)
        page.wait_for_selector("form[data-form=visit]", timeout=60_000)
        return time.perf_counter() - begun
