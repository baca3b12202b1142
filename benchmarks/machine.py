"""On what was measured: cores, memory, load, versions, commit."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("django", "psycopg", "cryptography", "shapely", "numpy", "granian", "duckdb")


def machine() -> dict[str, Any]:
    """Return what the machine is and how busy it is now."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "processor": processor(Path("/proc/cpuinfo")),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
    }


def processor(told: Path) -> str:
    """Return the processor's name as the kernel tells it, or its kind."""
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of what does the work."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Return the commit that is measured, with a plus where files of the product differ from it."""
    try:
        name = _git("rev-parse", "--short=10", "HEAD").strip()
        changed = _git(
            "status", "--porcelain", "--", "gridward", "gridward_verify", "simulator", "requirements"
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{name}+" if changed.strip() else name


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout
