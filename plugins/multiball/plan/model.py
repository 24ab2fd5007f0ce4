"""The model of a plan file: a list of typed entries, the rules for them, and their names.

The keys of a file are the fields of its `Entry`. Its JSON Schema (`schema`), its reader (`reading`) and its raw table (`record`) follow
from them. The `description` of a field appears in the schema, in the remedy of a fault and in the raw table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar, cast

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PrivateAttr, WithJsonSchema
from pydantic_core import CoreSchema

from multiball import shapes
from multiball.documents import Document, Fault, Place
from multiball.metrics import Metric
from multiball.words import languages
from multiball.words.style import style

Criterion = Literal["specific", "measurable", "attainable", "relevant", "time-bound"]
"""The five criteria of SMART."""
CRITERIA: tuple[Criterion, ...] = ("specific", "measurable", "attainable", "relevant", "time-bound")


@dataclass(frozen=True)
class _ByLanguage:
    """The schema of a text by language: a key for each language that has a catalogue."""

    kind: Literal["sentence", "name"]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        texts = {language: self._text(language) for language in languages()}
        return {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": texts}

    def _text(self, language: str) -> dict[str, Any]:
        is_ideographic = self.kind == "sentence" and style(language).is_ideographic
        described = f"A {self.kind} in {language_name(language)}."
        return {"description": described, "type": "string", "pattern": "[\\u4e00-\\u9fff]" if is_ideographic else "\\S"}


class _Languages:
    """The schema of a language: one that has a catalogue."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"enum": list(languages())}


Sentence = Annotated[Mapping[str, str], _ByLanguage("sentence")]
"""A text by language. It must have every language that a team reads (`rules`)."""
Name = Annotated[Mapping[str, str], _ByLanguage("name")]
"""A name by language. It may use the letters of another language."""
Language = Annotated[str, _Languages]
Number = Annotated[
    Decimal, Field(allow_inf_nan=True), WithJsonSchema({"type": "number", "minimum": -999_999_999_999, "maximum": 999_999_999_999})
]
Address = Annotated[
    str,
    Field(
        description="Give an e-mail address, such as team@example.com.",
        pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
    ),
]


class Part(BaseModel):
    """A mapping in a plan file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(Part):
    """One entry of a plan file."""

    id: str = Field(description="Lower-case letters, digits and underscores, beginning with a letter.", pattern="^[a-z][a-z0-9_]*$")
    _place: Place = PrivateAttr(default=())

    @property
    def place(self) -> Place:
        """The name of its file, and its position there."""
        return self._place

    @classmethod
    def at(cls, place: Place, values: Mapping[str, Any]) -> Entry:
        """The entry with these values at the place. Raises pydantic's ValidationError."""
        entry = cls.model_validate(dict(values))
        entry._place = place
        return entry


Of = TypeVar("Of", bound=Entry)


@dataclass(frozen=True)
class PlanFile:
    """One file of the plan, `plan/<name>.yml`: the key `name` with a list of entries below it.

    A module of `multiball.plan.files` declares it as `FILE`. If the file `is_recorded`, its entries are stored as vintages in
    `raw_multiball.plan_<noun>`; `earlier` are columns of that table that only rows of earlier releases have.
    `replaced` are keys of earlier releases, with the sentence that says what to write instead.
    """

    name: str
    noun: str
    entry: type[Entry]
    description: str
    rules: Callable[[Plan, Context], Iterator[Finding]] = lambda plan, context: iter(())
    guide: str = "docs/how-to/plan-goals.md"
    is_required: bool = False
    is_recorded: bool = True
    replaced: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[shapes.Field, ...] = ()

    @property
    def path(self) -> str:
        """The file within the workspace."""
        return f"plan/{self.name}.yml"


@dataclass(frozen=True)
class LoadedFile:
    """A plan file of a workspace, read. `entries` are the valid ones."""

    file: PlanFile
    document: Document
    faults: tuple[Fault, ...] = ()
    entries: tuple[Entry, ...] = ()

    def line(self, place: Place) -> int:
        """The line of the part at `place`, counted from 1."""
        return self.document.line(place)

    @property
    def ids(self) -> list[str]:
        """The ids in the file. Invalid entries count, so that a reference to one is not reported as a second fault."""
        entries = self.document.data.get(self.file.name)
        return [str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry] if isinstance(entries, list) else []


@dataclass(frozen=True)
class Plan:
    """The plan files of a workspace by name, without optional files that the workspace does not have."""

    files: Mapping[str, LoadedFile]

    def of(self, entry: type[Of]) -> tuple[Of, ...]:
        """The valid entries of a kind."""
        found = (loaded.entries for loaded in self.files.values() if loaded.file.entry is entry)
        return cast(tuple[Of, ...], next(found, ()))

    def ids(self, name: str) -> list[str]:
        """The ids in the file of that name; none if the file is missing."""
        return self.files[name].ids if name in self.files else []


@dataclass(frozen=True)
class Finding:
    """What a rule finds: a fault or a `warning`. `place` begins with the name of its file; `goal` is the id of the goal concerned."""

    place: Place
    what: str
    remedy: str
    criterion: Criterion | None = None
    goal: str | None = None
    warning: bool = False


@dataclass(frozen=True)
class Context:
    """What rules assess a plan by. Without `today`, past deadlines are not faults."""

    metrics: Mapping[str, Metric]
    currency: str
    today: date | None


def language_name(language: str) -> str:
    """The English name of a language."""
    return str(Locale.parse(language).get_display_name("en"))
