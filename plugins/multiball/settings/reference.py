"""Writes docs/settings.md from the models: every setting with its valid values, default and meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from multiball.settings.environment import SANDBOX_PREFIX, Environment, variables
from multiball.settings.fields import allowed, fields_of
from multiball.settings.file import Sources, SourcesFile

_HEAD = """# Settings

Written by `tools/generate.py` from `plugins/multiball/settings/`. Every command but `doctor`, `down` and `status` first reads all
settings. An invalid setting, or a key or variable that nothing reads, ends it with one line and exit code 2. `multiball doctor` reports it
too.

## Environment

Variables come from the environment, or from lines `NAME=value` in the workspace's `var/secrets.env`; the environment takes precedence. An
empty variable counts as not set. `multiball up` generates those marked *Generated*; a demo's stack writes `{sandbox}…`.

| variable | value | default | meaning |
|---|---|---|---|
"""
_FILE = """
## sources.yml

`${NAME}` in `dsn`, `base_url` and credentials is replaced by the variable of that name, from the environment or `var/secrets.env`. Keys in
bold are required.

| key | value | default | meaning |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    environment = (_row(f"`{name}`", Environment, field) for field, name in variables().items())
    return _HEAD.format(sandbox=SANDBOX_PREFIX) + "".join(environment) + _FILE + "".join([*_rows(SourcesFile, ""), *_rows(Sources, "")])


def _rows(model: type[BaseModel], path: str) -> Iterator[str]:
    """The keys of a section, each followed by those of the section in it."""
    for name, field in model.model_fields.items():
        inner, place = _section(fields_of(model)[name]), f"{path}{name}"
        if inner and get_origin(field.annotation) is dict:
            yield from _rows(inner, f"{place}.<name>.")
        elif inner:
            yield from _rows(inner, f"{place}.")
        elif place != "sources":
            yield _row(f"**`{place}`**" if field.is_required() else f"`{place}`", model, name)


def _section(annotation: Any) -> type[BaseModel] | None:
    """The section of a key, or of each entry below it."""
    if get_origin(annotation) in (Annotated, Union, dict):
        return next((found for each in get_args(annotation) if (found := _section(each))), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _row(shown: str, model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown_default = "false" if default is False else f"{default:g}" if isinstance(default, float) else default
    written = "" if field.is_required() or default in (None, "", {}, ()) else f"`{shown_default}`"
    return f"| {shown} | {allowed(fields_of(model)[name])} | {written} | {field.description} |\n"
