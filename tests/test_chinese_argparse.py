"""Every word of argparse that a user can meet is translated, on the Python that runs this test."""

from __future__ import annotations

import argparse
import ast
import inspect
import re

import pytest

from fengwuwu import chinese_argparse

# Said to a programmer who misuses argparse, never to a user.
FOR_PROGRAMMERS = (
    "conflicting",
    ".__call__()",
    "'required' is",
    "mutually exclusive",
    "%r is not callable",
    "cannot",
    "invalid option string",
    "dest= is required",
    "invalid conflict_resolution",
    "unknown action",
    "invalid option name",
)


def messages() -> list[str]:
    tree = ast.parse(inspect.getsource(argparse))
    return [
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_argparse_has_messages() -> None:
    assert len(messages()) > 20


@pytest.mark.parametrize("message", [m for m in messages() if not m.startswith(FOR_PROGRAMMERS)])
def test_message_is_translated(message: str) -> None:
    assert message in chinese_argparse.CATALOGUE


@pytest.mark.parametrize(("english", "chinese"), chinese_argparse.CATALOGUE.items())
def test_translation_keeps_the_placeholders(english: str, chinese: str) -> None:
    placeholder = re.compile(r"%(?:\(\w+\))?[sr]")
    assert sorted(placeholder.findall(chinese)) == sorted(placeholder.findall(english))
