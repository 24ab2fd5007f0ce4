"""What editors and commit hooks are told is true: schemas fit the files that they are given for, and hooks call tools that are there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from multiball.settings import REPOSITORY
from tools.generate import generated

SCHEMAS: dict[str, str] = json.loads((REPOSITORY / ".vscode" / "settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


def loaded(uri: str) -> Resource[Any]:
    return Resource.from_contents(json.loads(Path(uri.removeprefix("file://")).read_text(encoding="utf-8")))


def files(glob: str) -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.splitlines()
    yield from (REPOSITORY / name for name in listed if Path("/" + name).match(glob.removeprefix("**/")))


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
def test_a_schema_fits_the_files_that_it_is_given_for(schema: str) -> None:
    file = (REPOSITORY / schema).resolve()
    content = {"$id": file.as_uri(), **json.loads(file.read_text(encoding="utf-8"))}
    validator = Draft202012Validator(content, registry=Registry(retrieve=loaded))  # type: ignore[call-arg]
    given = list(files(SCHEMAS[schema]))
    assert given
    for each in given:
        # as an editor reads it: a date is a text
        document = json.loads(json.dumps(yaml.safe_load(each.read_text(encoding="utf-8")), default=str))
        assert [f"{each}: {error.message}" for error in validator.iter_errors(document)] == []
    assert list(validator.iter_errors({"no such key": 1}))


def test_every_schema_of_the_package_is_known_to_editors() -> None:
    own = {file.resolve() for file in (REPOSITORY / "plugins").rglob("*.schema.json")}
    known = {(REPOSITORY / schema).resolve() for schema in SCHEMAS}
    known |= {(file.parent / reference(file)).resolve() for file in (REPOSITORY / ".vscode" / "schemas").glob("*.json")}
    assert own and own <= known


def reference(file: Path) -> str:
    return str(json.loads(file.read_text(encoding="utf-8")).get("$ref", file.name)).split("#")[0]


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_a_generated_file_is_what_the_code_makes_of_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated()[path], "run .venv/bin/python tools/generate.py"


def test_hooks_are_local_and_call_tools_of_the_environment() -> None:
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    tools = [hook["entry"].split()[0] for hook in HOOKS[0]["hooks"] if hook["language"] == "system"]
    assert tools and all((Path(sys.prefix) / "bin" / Path(tool).name).exists() and tool.startswith(".venv/bin/") for tool in tools)
