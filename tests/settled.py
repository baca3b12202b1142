"""Loaded before anything else (`-p tests.settled`): settings read the data directory when they are imported."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="gridward-tests-"))
# The process that only hands out tests starts no cluster, and so removes none.
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
DATA.chmod(0o755)  # the database server is another user and must be able to pass
os.environ["GRIDWARD_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "gridward.wiring.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver runs an event loop in the test's thread
