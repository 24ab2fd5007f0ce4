"""A mapping's YAML → `Mapping`: every default filled in, every field name checked, every fault reported with its line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from multiball.documents import Document, Place, suggestion
from multiball.importing.entities import entities
from multiball.importing.mapping import (
    ISO,
    UNKNOWN,
    Combination,
    EntityMapping,
    FixedColumn,
    Form,
    Formats,
    Layout,
    Mapping,
    Rule,
    Value,
    is_money,
)
from multiball.importing.mapping_schema import load
from multiball.importing.tables import plain_name
from multiball.shapes import Entity


def read_mapping(path: Path) -> Mapping:
    """The mapping at `path`, checked; InputError if it is invalid."""
    document = load(path)
    data = document.data
    _check_signs(document, data)
    zone, zone_column = _time_zone(document, data.get("time_zone", "UTC"), ("time_zone",))
    written = data.get("formats", {})
    formats = Formats(
        decimal=written.get("decimal", "."),
        thousands=_thousands(written),
        units=_units(written),
        dates=tuple(written.get("dates", (ISO,))),
        nulls=tuple(_text(text) for text in written.get("nulls", [""])),
        true=tuple(_text(text).casefold() for text in written.get("true", ["true", "yes", "1", "t", "y"])),
        false=tuple(_text(text).casefold() for text in written.get("false", ["false", "no", "0", "f", "n"])),
        time_zone=zone,
        time_zone_column=zone_column,
    )
    if formats.decimal == formats.thousands:
        raise document.wrong("formats.decimal and formats.thousands are the same sign", "Give two different signs.", ("formats", "decimal"))
    return Mapping(
        document=document,
        source=str(data["source"]),
        account=_account(data),
        layout=_layout(data["file"]),
        formats=formats,
        max_rejected=float(data.get("max_rejected", 0.05)),
        entities=tuple(_entity(document, formats, index, written) for index, written in enumerate(data["entities"])),
    )


def _account(data: Dictionary[str, Any]) -> str:
    """The account of the whole file; the source's name if the mapping gives none for every row."""
    account = data.get("account")
    return account if isinstance(account, str) else str(data["source"])


def _check_signs(document: Document, data: Dictionary[str, Any]) -> None:
    """Check the signs of a file beyond the schema."""
    for key in ("delimiter", "quote"):
        sign = data["file"].get(key)
        if sign is not None and (not sign.isascii() or sign in "\r\n\0"):
            raise document.wrong(f"file.{key} is {sign!r}", "Give one plain sign, such as , or ;.", ("file", key))
    for text in data.get("formats", {}).get("nulls", []):
        if text is None or isinstance(text, (dict, list)):
            raise document.wrong(f"formats.nulls has {text!r}, which is not text", "Put it in quotes.", ("formats", "nulls"))


def _layout(written: Dictionary[str, Any]) -> Layout:
    sheet = written.get("sheet")
    columns = tuple(
        column if isinstance(column, str) else FixedColumn(plain_name(column["name"]), column["start"], column["width"])
        for column in written.get("columns", [])
    )
    return Layout(
        path=written["path"],
        format=written.get("format"),
        encoding=written.get("encoding", "utf-8"),
        delimiter=written.get("delimiter"),
        quote=written.get("quote", '"'),
        skip_lines=written.get("skip_lines", 0),
        skip_last_lines=written.get("skip_last_lines", 0),
        header=written.get("header", not columns),
        columns=columns,
        sheet=tuple(sheet) if isinstance(sheet, list) else sheet,
        stop_at_blank=written.get("stop_at_blank", False),
        fill_down=tuple(map(plain_name, written.get("fill_down", ()))),
    )


def _entity(document: Document, formats: Formats, index: int, written: Dictionary[str, Any]) -> EntityMapping:
    place: Place = ("entities", index)
    entity = entities()[written["entity"]]
    fields = {field.name: field for field in entity.fields}
    values: dict[str, Value] = {}
    for name, value in written["fields"].items():
        if name not in fields:
            raise document.wrong(f"{entity.name} has no field {name!r}", suggestion(name, fields), (*place, "fields", name))
        values[name] = _value(document, formats, value, (*place, "fields", name))
    for field in entity.fields:
        common = {"account_id": "account", "site_id": "account"}.get(field.name, field.name)
        if field.name not in values and common in ("account", "platform", "currency") and common in document.data:
            shared = document.data[common]
            values[field.name] = _value(document, formats, {"constant": shared} if isinstance(shared, str) else shared, (common,))
    if "segment" in entity.key and "segment_kind" not in entity.key:  # a file without breakdown has an ad's whole day
        values.setdefault("segment", Value("constant", "", place))
    for name, field in fields.items():  # needed by the key, but optional in a row or mapping
        if name not in entity.key or field.required:
            continue
        if name != "platform":
            values.setdefault(name, Value("constant", _account(document.data), place))
        if name in values and values[name].default is None:
            values[name] = dataclasses.replace(values[name], default=UNKNOWN if name == "platform" else _account(document.data))
    mapping = EntityMapping(
        entity=entity,
        place=place,
        complete=written.get("complete", False),
        values={name: values[name] for name in fields if name in values},
        skip=_rules(document, "skip", place, written),
        reject=_rules(document, "reject", place, written),
        group=_group(document, entity, written, place),
        duplicates=written.get("duplicates", "reject"),
    )
    _check(document, mapping)
    return mapping


def _check(document: Document, mapping: EntityMapping) -> None:
    entity, values = mapping.entity, mapping.values
    for field in entity.fields:
        if field.required and field.name not in values:
            raise document.wrong(f"{entity.name}.{field.name} is required and not mapped", f"Map it: {field.description}", mapping.place)
    amounts = [field.name for field in entity.fields if is_money(field) and field.name in values]
    if amounts and "currency" not in values:
        raise document.wrong(
            f"{entity.name}.{amounts[0]} is an amount without a currency",
            "Give the mapping a currency, such as currency: EUR.",
            mapping.place,
        )
    if mapping.group is not None and mapping.duplicates != "reject":
        raise document.wrong("group and duplicates exclude each other", "Keep group.", (*mapping.place, "duplicates"))
    if "platform" in {field.name for field in entity.fields} and "platform" not in values:
        raise document.wrong(f"{entity.name} needs a platform", "Give the mapping a platform, such as platform: facebook.", mapping.place)


def _group(document: Document, entity: Entity, written: Dictionary[str, Any], place: Place) -> Dictionary[str, Combination] | None:
    if "group" not in written:
        return None
    additive = {field.name for field in entity.fields if field.is_additive and field.type in ("bigint", "decimal(18,6)")}
    for name, combination in written["group"].items():
        at = (*place, "group", name)
        if name not in written["fields"]:
            raise document.wrong(f"group names {name!r}, which is not mapped", suggestion(name, written["fields"]), at)
        if name in entity.key:
            raise document.wrong(f"group names {name!r}, which is in the key", "Leave it out: rows are grouped by it.", at)
        if combination == "sum" and name not in additive:
            raise document.wrong(f"{name} cannot be summed", "Take max, min, first or last, or leave the field out.", at)
    return dict(written["group"])


def _rules(document: Document, kind: str, place: Place, written: Dictionary[str, Any]) -> tuple[Rule, ...]:
    """The entity's own rules after those of the whole mapping."""
    levels: tuple[tuple[Dictionary[str, Any], Place], ...] = ((document.data, ()), (written, place))
    return tuple(
        Rule(rule["when"], rule["reason"], (*level, kind, index), rule.get("scope"))
        for holder, level in levels
        for index, rule in enumerate(holder.get(kind, []))
    )  # fmt: skip


def _value(document: Document, formats: Formats, written: Any, place: Place) -> Value:
    if isinstance(written, str):
        written = {"column": written}
    forms: tuple[Form, ...] = ("column", "template", "sql", "constant")
    given = [form for form in forms if form in written]
    if len(given) != 1:
        raise document.wrong(
            f"{place[-1]} has {len(given)} of column, template, sql and constant",
            "Give exactly one; a constant is {constant: text}.",
            place,
        )
    form = given[0]
    if "otherwise" in written and "values" not in written:
        raise document.wrong("otherwise is given without values", "Add values, or leave otherwise out.", (*place, "otherwise"))
    plain = form in ("sql", "constant")
    zone, zone_column = formats.time_zone, formats.time_zone_column
    if "time_zone" in written:
        zone, zone_column = _time_zone(document, written["time_zone"], (*place, "time_zone"))
    mapped = written.get("values")
    return Value(
        form=form,
        text=_scalar(document, written, form, place),
        place=place,
        values=None if mapped is None else {_text(key): None if target is None else _text(target) for key, target in mapped.items()},
        otherwise=written.get("otherwise", "reject"),
        default=None if written.get("default") is None else _scalar(document, written, "default", place),
        dates=tuple(written.get("dates", (ISO,) if plain else formats.dates)),
        epoch=written.get("epoch"),
        time_zone=zone,
        time_zone_column=zone_column,
        decimal=written.get("decimal", "." if plain else formats.decimal),
        thousands=_thousands(written) if "thousands" in written else None if plain else formats.thousands,
        units=_units(written) if "units" in written else {} if plain else formats.units,
    )


def _time_zone(document: Document, written: Any, place: Place) -> tuple[str, str | None]:
    """The zone, and the column that overrides it."""
    if not isinstance(written, str):
        return "UTC", str(written["column"])
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise document.wrong(f"{written!r} is not a valid time zone", "Give an IANA name, such as Europe/Berlin or UTC.", place) from error
    return written, None


def _thousands(written: Dictionary[str, Any]) -> str | None:
    sign = written.get("thousands")
    return "'" if sign == "’" else sign


def _units(written: Dictionary[str, Any]) -> Dictionary[str, float]:
    return {_text(unit): factor for unit, factor in written.get("units", {}).items()}


def _scalar(document: Document, written: Dictionary[str, Any], key: str, place: Place) -> str:
    if written[key] is None or isinstance(written[key], (dict, list)):
        raise document.wrong(f"{place[-1]}.{key} is not a single value", "Give a text, a number or a date.", (*place, key))
    return _text(written[key])


def _text(written: object) -> str:
    """A YAML scalar as a file's text."""
    return str(written).lower() if isinstance(written, bool) else str(written)
