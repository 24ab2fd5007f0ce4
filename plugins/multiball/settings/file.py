"""The keys of `sources.yml`: their types and defaults, and the line of an invalid one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from multiball.settings.environment import Engine
from multiball.settings.fields import Give, faults
from multiball.shapes import InputError
from multiball.yaml_text import yaml_text

OrderMeaning = Literal["sale", "partly_refunded", "refunded", "pending", "cancelled", "test"]
ORDER_MEANINGS: tuple[OrderMeaning, ...] = get_args(OrderMeaning)
"""The meanings that a state of an order can have."""

TIME_LIMIT_HOURS = 6.0
"""The default limit for one try of a task: far longer than a try needs, and short enough to end before the next day's run."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError from error
    return name


def _upper(code: Any) -> Any:
    return code.upper() if isinstance(code, str) else code


Currency = Annotated[str, BeforeValidator(_upper), Field(pattern="^[A-Z]{3}$"), Give("a currency's ISO 4217 code, such as EUR")]
TimeZone = Annotated[str, AfterValidator(_known_zone), Give("an IANA name, such as Europe/Berlin")]
Share = Annotated[float, Field(ge=0, lt=1, strict=True), Give("a number from 0 to below 1: 0.1 is 10 % a year")]
Hours = Annotated[float, Field(gt=0, le=168, strict=True), Give("a number of hours above 0 and up to 168, such as 6")]
SourceName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", max_length=63)]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """Indented keys. A key without a value counts as not set."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        return {str(key): value for key, value in values.items() if value is not None} if isinstance(values, dict) else values


class Reporting(Section):
    """Currency, time zone and names that marts and reviews use."""

    brand: str | None = Field(default=None, description="The company's name in reviews; by default the name of the workspace's folder.")
    currency: Currency = Field(default="EUR", description="The currency that amounts are reported in.")
    discount_rate: Share = Field(default=0.1, description="The discount of future money per year.")
    time_zone: TimeZone = Field(default="UTC", description="The time zone whose days sessions and orders are counted by.")


class WarehouseSection(Section):
    """The warehouse's engine and address, and who owns it."""

    dsn: str | None = Field(default=None, description="The libpq URI of the Postgres warehouse; `${NAME}` in it is a secret.")
    engine: Engine = Field(default="duckdb", description="The warehouse's engine: embedded, or a server.")
    keep_replaced_hours: Hours = Field(
        default=1.0, description="How long a connection to Postgres may continue to read a build after another was published."
    )
    owner: str = Field(default="data@example.com", description="The address that failures of the warehouse are mailed to.")
    time_limit_hours: Hours = Field(default=TIME_LIMIT_HOURS, description="How long one try of a task of a build or a review may take.")


class Options(Section):
    """The options of every source; a connector declares others."""

    model_config = ConfigDict(extra="allow")

    order_states: dict[str, OrderMeaning] = Field(default={}, description="The meaning of each state of orders that the source reports.")
    time_limit_hours: Hours = Field(default=TIME_LIMIT_HOURS, description="How long one try of a task that reads the source may take.")


class SourceSection(Section):
    """One source: a connector with accounts and credentials."""

    connector: Text = Field(description="The connector's name.")
    base_url: Text = Field(description="The platform's address.")
    accounts: tuple[str, ...] = Field(min_length=1, description="The accounts to extract.")
    credentials: dict[str, str] = Field(default={}, description="The credentials that the connector requires; `${NAME}` is a secret.")
    history_from: Annotated[date, Field(strict=True)] = Field(description="The first day to extract.")
    owner: str | None = Field(default=None, description="The address that its failures are mailed to; `warehouse.owner` by default.")
    schedule: str | None = Field(default=None, description="When it runs, as cron writes it; the connector's own by default.")
    options: Options = Field(default=Options(), description="Further keys, as the connector declares them.")


class Sources(Section):
    """The sources of `sources.yml`. They are read separately: an invalid source must not stop commands that read no source."""

    model_config = ConfigDict(extra="ignore")

    sources: dict[SourceName, SourceSection] = Field(default={}, description="The sources by name.")


class SourcesFile(Section):
    """The rest of `sources.yml`."""

    demo: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Whether the stack includes the sandbox's platforms and a mailbox."
    )
    reporting: Reporting = Field(default=Reporting(), description="Currency, time zone and names that marts and reviews use.")
    sources: dict[str, Any] = Field(default={}, description="The sources by name.")
    warehouse: WarehouseSection = Field(default=WarehouseSection(), description="The warehouse's engine and address, and who owns it.")


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without numbers to the base of 60, such as 1:30 for 90, and without keys that are there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; ConstructorError with the line of a key that was there before."""
        written = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        seen = set[str]()
        for key in written:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_NUMBERS = {
    "tag:yaml.org,2002:int": r"[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$",
    "tag:yaml.org,2002:float": (
        r"([-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN))$"
    ),
}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NUMBERS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern in _NUMBERS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list("-+.0123456789"))

Read = TypeVar("Read", bound=Section)


def read_sources_file(file: Path, model: type[Read]) -> Read:
    """The settings of the file that belong to the model. InputError names line, key and remedy of the first fault."""
    text = yaml_text(file)
    try:
        values = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:  # ValueError: such as a nonexistent date
        mark = getattr(error, "problem_mark", None)
        where, what = f"{file}, line {mark.line + 1}" if mark else str(file), getattr(error, "problem", None) or error
        raise InputError(f"is not valid YAML ({' '.join(str(what).split())})", where=where, remedy="Fix the syntax there.") from error
    if values is not None and not isinstance(values, dict):
        raise InputError("is not a mapping", where=str(file), remedy="Give it the keys reporting, warehouse and sources.")
    try:
        return model.model_validate(values or {})
    except ValidationError as error:
        line, fault = min(((_line(text, fault.place), fault) for fault in faults(error, model)), key=lambda found: found[0])
        raise InputError(fault.what, where=f"{file}, line {line}", remedy=fault.remedy) from error


def _line(text: str, place: tuple[str | int, ...]) -> int:
    """The line, counted from 1, of the setting at the place; if it is missing, that of the nearest one around it."""
    node, line = yaml.compose(text, Loader=yaml.SafeLoader), 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
