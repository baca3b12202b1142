"""Whatever the ledger keeps as a code has words: every action, every kind of object, every role, in every language."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from gridward.dispatch.rules import PASSES
from gridward.kernel import words
from tests.house.test_closed_lists import SOURCES, called

RECORDERS = {"ledger.record", "ledger.entry"}
#: Actions whose end is filled in: what stands at the place of the braces.
FILLED = {"pass.": set(PASSES), "territory.import_": {"areas", "shapes", "addresses"}}
IDENTIFIER = re.compile(r"[a-z_]+(\.[a-z_]+)*")


def ledger_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every `ledger.record(…)` and its like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDERS:
            yield node


def outside_the_ledger() -> list[ast.Module]:
    return [tree for path, tree in SOURCES if "kernel/ledger" not in path.as_posix()]


def passed_on(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what a file's own helpers are called with, where they hand an action on to the ledger."""
    helpers = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(call.args[0], ast.Name) for call in ledger_calls(function))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in helpers:
            yield node.args[0]


def spelled(action: ast.expr) -> set[str]:
    if isinstance(action, ast.Constant) and isinstance(action.value, str):
        return {action.value}
    assert isinstance(action, ast.JoinedStr), f"an action nobody can look up: {ast.unparse(action)}"
    head = action.values[0]
    assert isinstance(head, ast.Constant) and isinstance(head.value, str) and len(action.values) == 2
    return {f"{head.value}{end}" for end in FILLED[head.value]}


def written_actions() -> set[str]:
    found: set[str] = set()
    for tree in outside_the_ledger():
        written = [call.args[0] for call in ledger_calls(tree) if not isinstance(call.args[0], ast.Name)]
        for action in (*written, *passed_on(tree)):
            found |= spelled(action)
    return found


def written_objects() -> set[str]:
    found: set[str] = set()
    for tree in outside_the_ledger():
        for call in ledger_calls(tree):
            for what in (keyword.value for keyword in call.keywords if keyword.arg == "obj"):
                # A tuple (kind, id), or page_hash(kind, ids).
                kind = what.elts[0] if isinstance(what, ast.Tuple) else None
                kind = what.args[0] if isinstance(what, ast.Call) else kind
                assert kind is not None, ast.unparse(what)
                found |= spelled(kind)
    return found


def test_every_action_the_house_records_has_words_and_no_words_stand_for_nothing() -> None:
    assert len(written_actions()) > 40
    assert set(words.words_of("action")) == written_actions()


def test_every_kind_of_object_the_house_records_has_words() -> None:
    assert set(words.words_of("object")) == written_objects()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("kind", ["action", "object", "role"])
def test_the_words_are_words_in_every_language(kind: str, language: str) -> None:
    with translation.override(language):
        shown = {code: words.word(kind, code) for code in words.words_of(kind)}

    assert [code for code, text in shown.items() if not text.strip() or IDENTIFIER.fullmatch(text)] == []
    assert len(set(shown.values())) == len(shown), "two codes look the same on the page"
    if language != "en":
        assert [code for code, text in shown.items() if not re.search("[\u4e00-\u9fff]", text)] == []


def test_a_code_nobody_has_words_for_is_shown_as_it_is() -> None:
    assert words.word("action", "nobody.did_this") == "nobody.did_this"
    assert words.named("a kind nobody answers for", ("x", "y")) == ["x", "y"]
