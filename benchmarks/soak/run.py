"""The steps of a soak in their order: files, house, day and faults side by side, the look from outside, the end."""

import contextlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.soak.faults import FAULTS, NothingThere, Scene
from benchmarks.soak.found import streets
from benchmarks.soak.house import ROOT, Service
from benchmarks.soak.proxy import Proxy
from gridward.wiring.model_city import AGENCIES, PASSWORD
from simulator.play import Accounts, Plan, play, read_day, words_of
from simulator.play.journal import Journal

Say = Callable[[str], None]
DISK_MEGABYTES = 1_024
FIRST_FAULT = 15.0
RECOVERY_SECONDS = 120.0
#: At the end of the day the house is left alone for so long, so that the look from outside is at a house at rest.
LAST_FAULT = 15.0


@dataclass(frozen=True)
class Soak:
    """How long, how fast, where, and what goes wrong."""

    minutes: float
    rate: float
    start: int
    street: str
    seed: int
    every: float
    faults: tuple[str, ...]
    log: Path | None = None


@dataclass(frozen=True)
class Struck:
    """One fault: when it struck, what, and how long until the house was well and until it took something again."""

    at: float
    what: str
    well_seconds: float | None
    write_seconds: float | None

    def line(self) -> str:
        """Return it in one line."""

        def told(seconds: float | None) -> str:
            return "     –" if seconds is None else f"{seconds:5.1f} s"

        well, write = told(self.well_seconds), told(self.write_seconds)
        return f"{self.at:6.1f} s  well after {well}  write after {write}  {self.what}"


def soak(plan: Soak, *, say: Say) -> dict[str, Any]:
    """Soak a new house and return everything that was found; leaves nothing behind."""
    with _folder() as (folder, disk):
        say(f"simulating {plan.street}")
        files = folder / "files"
        _command("gridward.wiring.cli", "simulate", "city", "--street", plan.street, "--seed", str(plan.seed),
                 "--out", str(files))  # fmt: skip
        house = Service((disk or folder) / "gridward", folder / "house.log")
        say("founding the house")
        _command("benchmarks.soak.found", str(files), environment=house.environment)
        house.start()
        try:
            house.wait_until_well(RECOVERY_SECONDS)
            report = _soaked(plan, house, files, disk, say)
            report["ledger"] = _verified(house, folder)
        finally:
            code = house.stop()
            if plan.log:
                shutil.copyfile(folder / "house.log", plan.log)
        report["stopped_with"] = code
        report["is_sound"] = (
            not report["day"]["differences"] and report["ledger"]["sound"] and not report["failed"]
        )
        say(f"ledger: {report['ledger']['words']}")
        say("sound: nothing lost, nothing doubled" if report["is_sound"] else "NOT SOUND")
        return report


def _soaked(plan: Soak, house: Service, files: Path, disk: Path | None, say: Say) -> dict[str, Any]:
    """Play the day while faults strike, and return what the day's report and the watch say."""
    journal, proxy, over = Journal(), Proxy(house.port), threading.Event()
    scene = Scene(house, proxy, disk, random.Random(plan.seed))
    watch = _Watch(plan, scene, journal, over, say)
    striker = threading.Thread(target=watch.run, daemon=True, name="faults")
    accounts = Accounts(
        "intake", tuple(f"street-{street}" for street in streets(files)),
        tuple(code for code, _name in AGENCIES), PASSWORD,
    )  # fmt: skip
    until = min(24 * 3600, plan.start + int(plan.minutes * 60 * plan.rate))
    day_plan = Plan(proxy.url, accounts, rate=plan.rate, start=plan.start, until=until, seed=plan.seed,
                    releases=True)  # fmt: skip
    try:
        day = play(read_day(files), day_plan, say=say, journal=journal, begins=striker.start)
    finally:
        over.set()
        if striker.ident is not None:
            striker.join()
        proxy.close()
    say(words_of(day))
    for one in watch.struck:
        say(one.line())
    return {
        "faults": [vars(one) for one in watch.struck],
        "failed": watch.failed,
        "starts": house.starts,
        "day": day,
    }


class _Watch:
    """Strikes at seeded moments and measures what comes after."""

    def __init__(self, plan: Soak, scene: Scene, journal: Journal, over: threading.Event, say: Say) -> None:
        self._plan, self._scene, self._journal, self._over, self._say = plan, scene, journal, over, say
        self.struck: list[Struck] = []
        self.failed = ""

    def run(self) -> None:
        """Strike until the day is nearly over."""
        began = time.monotonic()
        end = began + self._plan.minutes * 60 - LAST_FAULT
        pause = FIRST_FAULT
        for name in self._names():
            if self._over.wait(pause) or time.monotonic() > end:
                return
            pause = self._scene.draw.uniform(0.5, 1.5) * self._plan.every
            try:
                self._strike(name, began)
            except NothingThere as missing:
                self._say(f"no fault: {missing} is not there")
            except Exception as error:
                self.failed = f"{name}: {error}"
                self._say(f"FAILED {self.failed}")
                return

    def _names(self) -> Iterator[str]:
        """Yield the faults, all of them once before any comes again."""
        while self._plan.faults:
            names = list(self._plan.faults)
            self._scene.draw.shuffle(names)
            yield from names

    def _strike(self, name: str, began: float) -> None:
        at = time.monotonic()
        what = FAULTS[name](self._scene)
        over = time.monotonic()
        well = self._scene.house.wait_until_well(RECOVERY_SECONDS) if over - at > 1 else self._dipped()
        # What was on its way when a process was killed may still have been taken: that is no recovery.
        write = self._first_write(over, over + well)
        self.struck.append(Struck(at - began, what, well, write))
        self._say(self.struck[-1].line())

    def _dipped(self) -> float:
        """Wait until the house is well after a kill, which it may be for a moment before it has noticed."""
        began = time.monotonic()
        well_since = 0.0
        while time.monotonic() - began < RECOVERY_SECONDS:
            if not self._scene.house.answers():
                well_since = 0.0
            elif not well_since:
                well_since = time.monotonic()
            elif time.monotonic() - well_since > 1.5:
                return well_since - began
            time.sleep(0.05)
        raise TimeoutError(f"the house was not well within {RECOVERY_SECONDS:.0f} s")

    def _first_write(self, since: float, well_at: float) -> float | None:
        """Return how long after a fault the house, well again, took something; None when nobody sent anything."""
        until = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < until and not self._over.is_set():
            later = [at for at in self._journal.accepted_at[-500:] if at >= well_at]
            if later:
                return later[0] - since
            time.sleep(0.05)
        return None


def _command(module: str, *words: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(words)} ended with {done.returncode}: {done.stderr[-2_000:]}")
    return done.stdout


def _verified(house: Service, folder: Path) -> dict[str, Any]:
    """Seal what waits, export the ledger and let the separate verifier look at it."""
    export, key = folder / "ledger.jsonl", house.data / "keystore" / "heads-signing.pub"
    _command(
        "gridward.wiring.cli",
        "governance",
        "ledger",
        "seal",
        "--as",
        "auditor",
        environment=house.environment,
    )
    heads = folder / "heads.jsonl"
    heads.write_bytes((house.data / "heads" / "heads.jsonl").read_bytes())
    _command("gridward.wiring.cli", "governance", "ledger", "export", str(export), "--as", "auditor",
             environment=house.environment)  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "gridward_verify", "--ledger", str(export), "--heads", str(heads),
         "--public-key", str(key)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    with export.open("rb") as lines:
        entries = sum(1 for _line in lines)
    return {"sound": done.returncode == 0, "entries": entries, "words": done.stdout.strip()[-1_000:]}


@contextmanager
def _folder() -> Iterator[tuple[Path, Path | None]]:
    """Make a folder and, where this may be done, a small file system in it for the data directory; remove both."""
    folder = Path(tempfile.mkdtemp(prefix="gridward-soak-"))
    folder.chmod(0o755)  # the database server is another user and must be able to pass
    disk = folder / "disk"
    disk.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=755", "tmpfs", str(disk)],
        capture_output=True, check=False,
    ).returncode  # fmt: skip
    try:
        yield folder, disk if mounted else None
    finally:
        if mounted:
            with contextlib.suppress(OSError):
                subprocess.run(["umount", "--lazy", str(disk)], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)
