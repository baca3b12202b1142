"""
The worker process: runs jobs, and rings the drain when a transaction announced facts.

A bell thread holds one connection with LISTEN and puts the drain job in its queue; the queueing lock keeps at most
one waiting. A missed bell is swept within a minute.
"""

import os
import signal
import threading
from types import FrameType

import django

from gridward.wiring.bell import bell_for, bell_listen


def main() -> None:
    """Run until told to stop (SIGINT or SIGTERM)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.wiring.settings")
    django.setup()
    # Only importable once Django is set up.
    from procrastinate.contrib.django import app

    from gridward.wiring import jobs

    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    bell = threading.Thread(target=bell_listen, args=(stop, bell_for(jobs.drain)), daemon=True, name="bell")
    bell.start()
    signal.signal(signal.SIGTERM, stopped)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector) as worker_app:
        worker_app.run_worker(install_signal_handlers=True, concurrency=2, wait=True, listen_notify=True)
    stop.set()


if __name__ == "__main__":
    main()
