"""Reads the plan files of a workspace: typed entries, and faults by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from multiball.documents import Document, Fault, Place, read
from multiball.plan.files import plan_files
from multiball.plan.model import Entry, LoadedFile, Of, Plan, PlanFile
from multiball.plan.schema import schema
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.texts import is_there


def plan_folder(workspace: Workspace) -> Path:
    """The folder of the plan."""
    return workspace.home / "plan"


def read_plan(workspace: Workspace) -> Plan:
    """Read all files. InputError where a required one is missing, or one is not YAML; other faults are in `LoadedFile.faults`."""
    files = ((name, _load(workspace, file)) for name, file in plan_files().items())
    return Plan({name: loaded for name, loaded in files if loaded})


def read_entries(workspace: Workspace, entry: type[Of]) -> tuple[Of, ...]:
    """The entries of one file. InputError if the file is missing, is not YAML, or has a fault."""
    [file] = [file for file in plan_files().values() if file.entry is entry]
    loaded = _load(workspace, file)
    if loaded is None:
        return ()
    for fault in loaded.faults:
        raise loaded.document.wrong(fault.what, fault.remedy, fault.place)
    return Plan({file.name: loaded}).of(entry)


def _load(workspace: Workspace, file: PlanFile) -> LoadedFile | None:
    path = workspace.home / file.path
    if not is_there(path):
        if not file.is_required:
            return None
        raise InputError("is missing", where=str(path), remedy=f"Write it as {file.guide} shows; examples/demo/plan has one.")
    document = read(path)
    if document is None:
        fault = Fault((), "is not a mapping", f"Begin with {file.name}: and a list below it.")
        return LoadedFile(file, Document(path, {}), (fault,))
    faults = document.faults(schema(file), whole="the file", guide=f"See {file.guide}.", dates=True)
    entries: list[Entry] = []
    for place, entry in _valid_entries(file, document, faults):
        try:
            entries.append(file.entry.at(place, entry))
        except ValidationError as error:
            faults += _model_faults(file, place, error)
    return LoadedFile(file, document, tuple(faults), tuple(entries))


def _valid_entries(file: PlanFile, document: Document, faults: list[Fault]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The entries that the schema finds no fault in, with their places."""
    entries = document.data.get(file.name)
    wrong = {fault.place[:2] for fault in faults}
    if isinstance(entries, list) and (file.name,) not in wrong:
        yield from (((file.name, number), entry) for number, entry in enumerate(entries) if (file.name, number) not in wrong)


def _model_faults(file: PlanFile, place: Place, error: ValidationError) -> Iterator[Fault]:
    """The faults that a model finds beyond its schema, with the messages of its validators."""
    for details in error.errors():
        steps = details["loc"]
        name = ".".join([file.name, *(step for step in steps if isinstance(step, str))])
        known = file.entry.model_fields.get(str(steps[0])) if steps else None
        what = details["msg"].removeprefix("Value error, ")
        yield Fault((*place, *steps), f"{name} is wrong: {what}", (known and known.description) or f"See {file.guide}.")
