"""
What the supervisor's tests share: small clusters in directories of their own, and programs that use them.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from gridward.wiring.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
#: What a command that ends badly says, whole.
ONE_LINE = re.compile(r"^gridward: [^\n]+ \[[a-z_.]+\]\n$")


def ask(supervisor: Supervisor, statement: str, *, kind: str = "app") -> object:
    """Return the one value a statement gives."""
    with psycopg.connect(supervisor.dsn(kind)) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def server_of(supervisor: Supervisor) -> int:
    """Return the process id that the cluster's own file names."""
    return int((supervisor.layout.cluster / "postmaster.pid").read_text().splitlines()[0])


def lives(pid: int) -> bool:
    """Return whether a process is there and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], object], *, seconds: float = 20) -> bool:
    """Wait for something to become true; return whether it did."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.005)
    return False


def in_another_process(program: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a Python program that may use the supervisor, and return when it has printed its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def kill(process: "subprocess.Popen[str]") -> None:
    """End a program the hard way."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


USER = """
import sys, time
from pathlib import Path
from gridward.wiring.supervisor import Supervisor
supervisor = Supervisor(Path(sys.argv[1]), durable=False)
supervisor.join()
print("joined", flush=True)
time.sleep(60)
"""
