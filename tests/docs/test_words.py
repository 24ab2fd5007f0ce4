"""Documentation and messages keep to plain words: those that docs/words.yml lists do not occur."""

from __future__ import annotations

import ast
import re
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


def test_the_words_are_found_where_they_are() -> None:
    word = next(iter(WORDS))
    assert found(f"They {word.upper()} it.") and not found(f"x{word}") and not found(prose(f"`{word}`\n```\n{word}\n```"))
    code = f"def f():\n    raise InputError(f'{{x}} {word} it', where='a', remedy='b')\n    other('{word}')\n"
    assert [text for _, text in messages(code) if found(text)] == [f" {word} it"]


def test_the_list_says_what_to_write_and_does_not_send_in_circles() -> None:
    assert WORDS and all(isinstance(word, str) and isinstance(instead, str) and instead for word, instead in WORDS.items())
    assert [word for word, instead in WORDS.items() if found(instead)] == []
