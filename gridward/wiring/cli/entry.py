"""
The entry of the console script: read the arguments, run the command, end with one line and an exit code.
"""

import gc
import sys
import traceback

from gridward.wiring.cli.catalogue import parser_make
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.problems import debugging, ending_of


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        environment_read()
        arguments = parser_make(words).parse_args(words)
        return int(arguments.run(arguments) or 0)
    except BrokenPipeError:
        # Whoever read our output went away (`gridward ... | head`).
        sys.stderr.close()
        return 0
    except (Exception, KeyboardInterrupt) as error:
        ending = ending_of(error)
        if debugging():
            traceback.print_exception(error)
        print(ending.line, file=sys.stderr, flush=True)
        return ending.exit_code
    finally:
        # What a room froze would outlive the interpreter, and some libraries count what they find left and complain.
        gc.unfreeze()
