"""The JSON Schemas of the plan files, made from the models of their entries."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from multiball.documents import REPLACED
from multiball.plan.files import plan_files
from multiball.plan.model import PlanFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Schema(GenerateJsonSchema):
    """Pydantic's schema, changed so that one mistake is one fault: a key may be missing but not null, and an enum has no type."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        return {"enum": list(schema["expected"])}


def schema(file: PlanFile) -> dict[str, Any]:
    """The JSON Schema of the file. The languages in it are those that have a catalogue."""
    entries: Any = list[file.entry]  # type: ignore[name-defined]
    made = TypeAdapter(entries).json_schema(schema_generator=_Schema)
    definitions = made.pop("$defs")
    if file.replaced:
        definitions[file.entry.__name__][REPLACED] = dict(file.replaced)
    return {
        "$schema": _DIALECT,
        "title": f"Multiball: {file.path}",
        "description": f"{file.description} {file.guide} explains it.",
        "type": "object",
        "additionalProperties": False,
        "required": [file.name],
        "properties": {file.name: {"description": f"The {file.name}.", **made}},
        "$defs": definitions,
    }


def editor_schema() -> dict[str, Any]:
    """One schema for all plan files: editors assign it to the folder, and the file's one key selects its part."""
    parts = [schema(file) for file in plan_files().values()]
    return {
        "$schema": _DIALECT,
        "title": "Multiball: plan files",
        "description": "Written by tools/generate.py.",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {name: part for each in parts for name, part in each["properties"].items()},
        "$defs": {name: part for each in parts for name, part in each["$defs"].items()},
    }
