"""
Reads the command line out of its parsers: every command with its arguments, for docs/reference/commands.md.
"""

import argparse
import importlib
import importlib.util
from collections.abc import Callable, Iterator

from gridward.wiring.cli import catalogue, problems
from gridward_verify import __main__ as verifier

Table = Callable[..., str]
Code = Callable[[object], str]

ENDINGS = (
    (0, "done"),
    (problems.MISTAKE, "a mistake in the program"),
    (problems.USAGE, "used wrongly"),
    (problems.REFUSED, "refused by the house; the code of the refusal stands at the end of the line"),
    (problems.ENVIRONMENT, "the machine, the database or the data directory is not fit for it"),
    (problems.DIFFERENT, "a played day was looked at from outside, and something in it is lost or doubled"),
    (problems.INTERRUPTED, "interrupted"),
)


def command_sections(table: Table, code: Code) -> str:
    """Return one section per command."""
    parts = [
        "A command that fails says why in one line on stderr that ends with a stable code. Exit codes:\n",
        table(("exit code", "meaning"), ENDINGS),
    ]
    for name, about, parser in all_commands():
        parts.append(f"## {name}\n\n{about[:1].upper()}{about[1:]}.\n")
        if rows := [(code(left), right) for left, right in arguments(parser)]:
            parts.append(table(("argument", "meaning"), rows))
    return "\n".join(parts)


def all_commands() -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Return (name, what it does, parser) of every command that can be run."""
    parser = argparse.ArgumentParser(prog="gridward")
    subparsers = parser.add_subparsers()
    for module in catalogue.HOUSE:
        module.register(subparsers)
    for room in catalogue.ROOMS:
        if importlib.util.find_spec(f"gridward.wiring.cli.{room}"):
            importlib.import_module(f"gridward.wiring.cli.{room}").register(subparsers)
    yield from leaves(parser, "gridward", "")
    yield "gridward-verify", "check an exported ledger from outside", verifier._parser()


def leaves(
    parser: argparse.ArgumentParser, name: str, about: str
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Return the commands below a parser."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield name, about, parser
    for action in below:
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for word, child in action.choices.items():
            yield from leaves(child, f"{name} {word}", helps.get(word, ""))


def arguments(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Return (how it is written, what it means) of every argument of a command."""
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
        if action.choices:
            value = "{" + ",".join(str(choice) for choice in action.choices) + "}"
        written = f"{action.option_strings[-1]} {value}".strip() if action.option_strings else value
        needed = " (needed)" if action.option_strings and action.required else ""
        words = (action.help or "").replace("%(default)s", str(action.default))
        yield written, f"{words}{needed}".strip()
