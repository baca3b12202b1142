"""What the house tests share: the staircase and who lives on which step."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
#: Bottom up, as in docs/architecture; a room may call only rooms that stand before it.
STAIRCASE = (
    "kernel", "country", "territory", "governance", "workforce", "registry", "forms", "intake", "dispatch", "field",
    "command", "wiring",
)  # fmt: skip
STEP = {room: step for step, room in enumerate(STAIRCASE)}
BUILT = [room for room in STAIRCASE if (ROOT / "gridward" / room).is_dir()]
