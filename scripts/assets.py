"""
Copies the console's browser files out of the locked npm packages to `gridward/wiring/static/vendor/<name>/`, and builds
the handheld (`handheld/`) to `gridward/wiring/static/handheld/`.

Of the packages it takes named files only and writes down the SHA-256 of each, with the package's version and licence.
No install script of a package runs. A second run finds everything in place and does nothing.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "gridward" / "wiring" / "static" / "vendor"
OWN_NODE = ROOT / ".node"
HANDHELD = ROOT / "handheld"
BUILT = ROOT / "gridward" / "wiring" / "static" / "handheld"
#: What Vite asks for.
OLDEST_NODE = (20, 19)

FILES = {
    "tabler": ("@tabler/core", ["dist/css/tabler.min.css"]),
    "htmx": ("htmx.org", ["dist/htmx.min.js", "LICENSE"]),
    "maplibre-gl": (
        "maplibre-gl",
        ["dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"],
    ),
    "echarts": ("echarts", ["dist/echarts.esm.min.mjs", "LICENSE", "NOTICE"]),
}
"""Our folder -> the package and the files we take from it; their directories are dropped."""


def main() -> int:
    """Bring the vendor folder to where the lock says; return the exit code."""
    wanted = fingerprint()
    if in_place(wanted):
        return 0
    begun = time.monotonic()
    say("1/3 fetching the browser packages")
    fetch()
    say("2/3 building the handheld")
    build()
    say("3/3 copying the files we use")
    copy(wanted)
    say(f"the browser files are ready ({time.monotonic() - begun:.1f} s)")
    return 0


def fingerprint() -> str:
    """Return what the result depends on, as one hash."""
    digest = hashlib.sha256()
    sources = sorted(path for path in HANDHELD.rglob("*") if path.is_file())
    for path in (ROOT / "package-lock.json", Path(__file__), *sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def in_place(wanted: str) -> bool:
    """Return whether an earlier run left everything as it should be."""
    try:
        manifest = json.loads((TARGET / "manifest.json").read_text(encoding="utf-8"))
        return (
            manifest["made_from"] == wanted
            and all(sha256(TARGET / name) == entry["sha256"] for name, entry in manifest["files"].items())
            and all(sha256(BUILT / name) == hashed for name, hashed in manifest["built"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def fetch() -> None:
    """Install the locked packages, without running any script of theirs."""
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, "The browser packages could not be installed", with_node())


def build() -> None:
    """Check the types of the handheld and build it from its sources."""
    failed = "The handheld could not be built"
    tools = PACKAGES / ".bin"
    run([str(tools / "vue-tsc"), "-p", str(HANDHELD / "tsconfig.json")], failed, with_node())
    run([str(tools / "vite"), "build", "-c", str(HANDHELD / "vite.config.mjs")], failed, with_node())


def with_node() -> dict[str, str]:
    """Return the environment in which programs find a Node that is new enough."""
    return os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}


def node_folder() -> Path:
    """Return the folder of a Node that is new enough; installs the one from PyPI where there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return Path(node).parent
    folder = OWN_NODE / "bin"
    stamp = OWN_NODE / ".stamp"
    lock = ROOT / "requirements" / "node.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != sha256(lock):
        say("    no Node 20.19 or newer here: installing one of our own")
        shutil.rmtree(OWN_NODE, ignore_errors=True)
        failed = "Node could not be installed"
        run([sys.executable, "-m", "venv", str(OWN_NODE)], failed)
        pip = [str(folder / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", str(lock)], failed)
        stamp.write_text(sha256(lock), encoding="utf-8")
    return folder


def node_version(node: str) -> tuple[int, int]:
    """Return the major and minor version of a Node, zeros if it does not say."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major, _dot, rest = answer.strip().removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)


def copy(wanted: str) -> None:
    """Copy the named files and write the manifest, so that the folder is complete or not there."""
    fresh = TARGET.with_name(".vendor-new")
    shutil.rmtree(fresh, ignore_errors=True)
    files = {}
    for folder, (package, names) in FILES.items():
        about = json.loads((PACKAGES / package / "package.json").read_text(encoding="utf-8"))
        (fresh / folder).mkdir(parents=True)
        for name in names:
            target = fresh / folder / Path(name).name
            shutil.copyfile(PACKAGES / package / name, target)
            files[f"{folder}/{target.name}"] = {
                "package": package,
                "version": about["version"],
                "licence": about.get("license", ""),
                "sha256": sha256(target),
            }
    built = {
        str(path.relative_to(BUILT)): sha256(path) for path in sorted(BUILT.rglob("*")) if path.is_file()
    }
    manifest = json.dumps({"made_from": wanted, "files": files, "built": built}, indent=2)
    (fresh / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)


def sha256(path: Path) -> str:
    """Return the hash of one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    """Run one program; if it fails, show the end of what it said and give up."""
    answer = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if answer.returncode:
        say(answer.stdout[-2000:].strip())
        if any(word in answer.stdout for word in ("No space left on device", "ENOSPC")):
            refuse("Disk full while fetching the browser files. Make room and try again", "disk.full")
        refuse(f"{failed}: see above. Nothing was started", "assets.failed")


def say(line: str) -> None:
    """Print one line of progress."""
    print(line, file=sys.stderr, flush=True)


def refuse(message: str, code: str) -> None:
    """End with one line."""
    say(f"gridward: {message} [{code}]")
    sys.exit(4)


if __name__ == "__main__":
    sys.exit(main())
