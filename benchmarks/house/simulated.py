"""Has the simulator write a part of the model city, as files, as anybody would: by its command."""

import subprocess
import sys
from pathlib import Path


def simulated(folder: Path, scale: str) -> Path:
    """Have the simulator write a part of the model city, as anybody would."""
    gridward = Path(sys.executable).with_name("gridward")
    command = [str(gridward), "simulate", "city", "--scale", scale, "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder
