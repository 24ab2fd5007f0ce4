"""Documentation, messages and code keep to plain words: those that docs/words.yml lists do not occur."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from multiball.settings import REPOSITORY

WORDS: dict[str, str] = yaml.safe_load((REPOSITORY / "docs" / "words.yml").read_text(encoding="utf-8"))
_EACH = (re.escape(word).replace(r"\ ", r"\s+") for word in sorted(WORDS, key=len, reverse=True))
AVOIDED = re.compile(rf"\b({'|'.join(_EACH)})\b", re.IGNORECASE)
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
MODULES = sorted((REPOSITORY / "plugins" / "multiball").rglob("*.py"))
SOURCES = sorted(
    file for folder in ("plugins/multiball", "sandbox", "dags", "tools", "bench", "chaos") for file in (REPOSITORY / folder).rglob("*.py")
)
SQL = sorted(file for pattern in ("**/*.sql", "**/*.yml", "**/*.md") for file in (REPOSITORY / "dbt_project").glob(pattern))
TEXTS = REPOSITORY / "locale" / "en.po"
SAYING = re.compile(r"Error$|Failure$|Failed$|Refused$|^Inconclusive$|^(CheckResult|echo|notify|say|_?fail|write|option|_wrong)$")
"""Names of what is called with text for people: errors, and functions that print."""


def prose(page: str) -> str:
    """A page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", lambda code: re.sub(r"[^\n]", " ", code[0]), page, flags=re.DOTALL)


def messages(source: str) -> Iterator[tuple[int, str]]:
    """The texts for people in a module, with their lines: of what prints or is raised, and the help of commands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and SAYING.search(getattr(node.func, "attr", getattr(node.func, "id", ""))):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value
        if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(each) for each in node.decorator_list):
            yield node.lineno, ast.get_docstring(node) or ""


def notes(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a module, with their lines."""
    docstrings = {
        node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.start[0] in docstrings):
            yield token.start[0], prose(token.string)


def names(source: str) -> Iterator[tuple[int, str]]:
    """The names that a module defines, as words, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", node.name)
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg.replace("_", " ")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id.replace("_", " ")


def faults(file: Path) -> list[str]:
    source = file.read_text(encoding="utf-8")
    return [f"{file.name}:{line}: {what}" for line, text in [*notes(source), *names(source)] for what in found(text)]


def found(text: str) -> list[str]:
    return [f"{match[0]!r}: write {WORDS[' '.join(match[0].lower().split())]}" for match in AVOIDED.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_a_page_avoids_the_words(page: Path) -> None:
    lines = enumerate(prose(page.read_text(encoding="utf-8")).splitlines(), 1)
    assert [f"{page.name}:{number}: {what}" for number, line in lines for what in found(line)] == []


def test_messages_avoid_the_words() -> None:
    said = [(file, line, text) for file in MODULES for line, text in messages(file.read_text(encoding="utf-8"))]
    said += [(TEXTS, 0, text) for text in re.findall(r'^(?:msgstr(?:\[\d\])? )?"(.+)"$', TEXTS.read_text(encoding="utf-8"), re.MULTILINE)]
    assert len(said) > 500, "messages are not found any more: see SAYING"
    assert [f"{file.name}:{line}: {what}" for file, line, text in said for what in found(text)] == []


def test_docstrings_comments_and_names_avoid_the_words() -> None:
    assert len(SOURCES) > 200, "modules are not found any more"
    assert [fault for file in SOURCES for fault in faults(file)] == []


def test_the_dbt_project_avoids_the_words() -> None:
    lines = [(file, number, line) for file in SQL for number, line in enumerate(prose(file.read_text(encoding="utf-8")).splitlines(), 1)]
    assert len(lines) > 5000, "models are not found any more"
    assert [f"{file.name}:{number}: {what}" for file, number, line in lines for what in found(line)] == []


def test_the_words_are_found_where_they_are() -> None:
    word = next(iter(WORDS))
    assert found(f"They {word.upper()} it.") and not found(f"x{word}") and not found(prose(f"`{word}`\n```\n{word}\n```"))
    code = f"def f():\n    raise InputError(f'{{x}} {word} it', where='a', remedy='b')\n    other('{word}')\n"
    assert [text for _, text in messages(code) if found(text)] == [f" {word} it"]
    code = f'def {word}_it(a):\n    """They {word}."""\n    # {word}\n    return \'{word}\'\n'
    assert [line for line, text in [*notes(code), *names(code)] if found(text)] == [2, 3, 1]


def test_the_list_says_what_to_write_and_does_not_send_in_circles() -> None:
    assert WORDS and all(isinstance(word, str) and isinstance(instead, str) and instead for word, instead in WORDS.items())
    assert [word for word, instead in WORDS.items() if found(instead)] == []
