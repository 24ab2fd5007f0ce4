"""The rules for every plan file: ids are unique, and texts have every language that a team reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multiball.plan.files.teams import Team
from multiball.plan.model import Context, Finding, LoadedFile, Plan, language_name


def apply_rules(plan: Plan, context: Context) -> Iterator[Finding]:
    """The findings of each file's own rules and of those for every file. The schemas' faults are not among them."""
    readers = {team.language: team.id for team in reversed(plan.of(Team))}
    for loaded in plan.files.values():
        yield from loaded.file.rules(plan, context)
        yield from _duplicates(loaded)
        yield from _missing_languages(loaded, readers)


def _duplicates(loaded: LoadedFile) -> Iterator[Finding]:
    seen: set[str] = set()
    for entry in loaded.entries:
        if entry.id in seen:
            yield Finding((*entry.place, "id"), f"the {loaded.file.noun} {entry.id!r} appears twice", "Give each its own id.")
        seen.add(entry.id)


def _missing_languages(loaded: LoadedFile, readers: Mapping[str, str]) -> Iterator[Finding]:
    """A fault for each text by language that lacks one that a team reads. `readers` names a team by language."""
    for entry in loaded.entries:
        for key in type(entry).model_fields:
            text = getattr(entry, key)
            if isinstance(text, Mapping):
                for language in sorted(readers.keys() - text.keys()):
                    what = f"the key {language!r} is missing in {loaded.file.name}.{key}"
                    remedy = f"Add it: the team {readers[language]} reads {language_name(language)}."
                    yield Finding((*entry.place, key), what, remedy)
