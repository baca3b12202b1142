"""Run as a program: read one file under a memory limit and print what it was and what it cost."""

import json
import resource
import sys
import time
from pathlib import Path

from django.conf import settings

from gridward.kernel.tabular import Limits, Table, read_table
from tests.kernel.tabular.samples import MIB, WANTED


def main(path: str, filename: str, limits: str) -> None:
    settings.configure(USE_I18N=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resource.setrlimit(resource.RLIMIT_AS, (1024 * MIB, 1024 * MIB))
    start = time.monotonic()
    result = read_table(Path(path), filename=filename, wanted=WANTED, limits=Limits(**json.loads(limits)))
    rows = sum(len(chunk) for chunk in result.chunks(1_000)) if isinstance(result, Table) else 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    outcome = "table" if isinstance(result, Table) else result.code
    print(
        json.dumps(
            {"outcome": outcome, "rows": rows, "seconds": time.monotonic() - start, "mb": grown // 1024}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
