"""The rules for every plan file: ids are unique, and texts are there in every language that a team reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multiball.plan.files.teams import Team
from multiball.plan.model import Context, Judgement, Plan, Written, language_name


def judge(plan: Plan, context: Context) -> Iterator[Judgement]:
    """Everything that is wrong or weak beyond the schemas: by each file's own rules, and by those for every file."""
    readers = {team.language: team.id for team in reversed(plan.of(Team))}
    for written in plan.files.values():
        yield from written.file.rules(plan, context)
        yield from _twice(written)
        yield from languages_read(written, readers)


def _twice(written: Written) -> Iterator[Judgement]:
    seen: set[str] = set()
    for entry in written.entries:
        if entry.id in seen:
            yield Judgement((*entry.place, "id"), f"the {written.file.noun} {entry.id!r} appears twice", "Give each its own id.")
        seen.add(entry.id)


def languages_read(written: Written, readers: Mapping[str, str]) -> Iterator[Judgement]:
    """A fault for each text by language that lacks one that a team reads. `readers` names a team by language."""
    for entry in written.entries:
        for key in type(entry).model_fields:
            text = getattr(entry, key)
            if isinstance(text, Mapping):
                for language in sorted(readers.keys() - text.keys()):
                    what = f"the key {language!r} is missing in {written.file.name}.{key}"
                    remedy = f"Add it: the team {readers[language]} reads {language_name(language)}."
                    yield Judgement((*entry.place, key), what, remedy)
