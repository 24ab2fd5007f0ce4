"""Field expansion: what `fields=id,creative{url_tags},comments.summary(true).limit(0)` asks of a node, and the node cut to it.

Source: developers.facebook.com/docs/graph-api/guides/field-expansion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.platforms.graph import GraphError, invalid_parameter, json_parameter


@dataclass(frozen=True)
class FieldSpec:
    """One requested field: the fields in its braces, and its modifiers, as in `comments.summary(true).limit(0){id}`."""

    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    modifiers: Mapping[str, str] = field(default_factory=dict)


_TOKEN = re.compile(r"\s*([A-Za-z_][\w:]*|[{},.]|\([^()]*\))")


def parse_fields(text: str | None) -> dict[str, FieldSpec]:
    """Read a `fields` parameter: a comma-separated list with braces and modifiers, or a JSON list of names.

    Error 2500 for text that is neither.
    """
    if not text:
        return {}
    if text.lstrip().startswith("["):
        return {name: FieldSpec() for name in json_parameter("fields", text)}
    tokens, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _syntax_error(text, position)
        tokens.append(match.group(1))
        position = match.end()
    found, rest = _parse_list(tokens, text)
    if rest:
        raise _syntax_error(text, len(text))
    return found


def _syntax_error(text: str, position: int) -> GraphError:
    return GraphError(2500, f"Syntax error at character {position}: {text}")


def _parse_list(tokens: list[str], text: str) -> tuple[dict[str, FieldSpec], list[str]]:
    found: dict[str, FieldSpec] = {}
    while tokens and tokens[0] != "}":
        name, tokens = tokens[0], tokens[1:]
        if not re.match(r"[A-Za-z_]", name):
            raise _syntax_error(text, text.find(name))
        modifiers: dict[str, str] = {}
        while len(tokens) > 2 and tokens[0] == "." and tokens[2].startswith("("):
            modifiers[tokens[1]] = tokens[2][1:-1]
            tokens = tokens[3:]
        inner: dict[str, FieldSpec] = {}
        if tokens[:1] == ["{"]:
            inner, tokens = _parse_list(tokens[1:], text)
            if tokens[:1] != ["}"]:
                raise _syntax_error(text, len(text))
            tokens = tokens[1:]
        found[name] = FieldSpec(inner, modifiers)
        if tokens[:1] == [","]:
            tokens = tokens[1:]
        elif tokens and tokens[0] != "}":
            raise _syntax_error(text, text.find(tokens[0]))
    return found, tokens


def select(node: Mapping[str, Any], fields: Mapping[str, FieldSpec], type_name: str, default: Sequence[str] = ("id",)) -> dict[str, Any]:
    """The requested fields of a node, always with its id; a field that is None is left out, an unknown one is error 100.

    An object within a node shows its id only, unless braces request more of it.
    """
    chosen: dict[str, Any] = {}
    for name, spec in (fields or {name: FieldSpec() for name in default}).items():
        if name not in node:
            raise invalid_parameter(f"Tried accessing nonexisting field ({name}) on node type ({type_name})")
        value = node[name]
        if isinstance(value, Mapping) and (spec.fields or "id" in value):
            value = select(value, spec.fields, name)
        if value is not None:
            chosen[name] = value
    return chosen | {"id": node["id"]} if "id" in node else chosen
