"""Write the files of a new connector: a declaration for a plain REST API, its test, its staging models, its expectations.

`templates/` contains the files as they will be in the repository, with a folder for each kind of platform; `$name`, `$title` and
`$class_name` stand for the name as an identifier, in words and as the name of a class.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from multiball.shapes import InputError

TEMPLATES = Path(__file__).parent / "templates"
PLACES = {
    "$kind/connector.yml.txt": "plugins/multiball/connectors/$name/connector.yml",
    "$kind/test.py.txt": "tests/connectors/test_$name.py",
    "sources.yml.txt": "dbt_project/models/staging/$name/_${name}__sources.yml",
    "account.sql.txt": "dbt_project/models/staging/$name/stg_${name}__account.sql",
    "account.yml.txt": "dbt_project/models/staging/$name/stg_${name}__account.yml",
    "$kind/model.sql.txt": "dbt_project/models/staging/$name/stg_${name}__$entity.sql",
    "$kind/model.yml.txt": "dbt_project/models/staging/$name/stg_${name}__$entity.yml",
    "$kind/expectations.yml.txt": "expectations/raw/$name.yml",
}
"""Template: where it goes, from the root of the repository."""
KINDS = {
    "paid": {"entity": "ad_day", "days": "ad_days", "account_type": "advertising"},
    "organic": {"entity": "account_day", "days": "account_days", "account_type": "organic"},
}
"""Kind of platform: its canonical entity in addition to accounts, the raw entity, and the type of its accounts."""


def scaffold(name: str, root: Path, kind: str = "paid") -> list[Path]:
    """Write the files of a connector `name` below `root` and return them; `kind` is one of `KINDS`. InputError if a file exists."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise InputError(
            f"{name!r} is not a valid name", where="new connector", remedy="Use lower-case words joined by _, such as tiktok_ads."
        )
    values = {
        **KINDS[kind],
        "kind": kind,
        "name": name,
        "title": name.replace("_", " ").title(),
        "class_name": name.title().replace("_", ""),
    }
    files = {
        root / Template(place).substitute(values): TEMPLATES / Template(template).substitute(values) for template, place in PLACES.items()
    }
    module = root / f"plugins/multiball/connectors/{name}.py"
    if taken := [path for path in [*files, module] if path.exists()]:
        raise InputError(f"{taken[0]} exists", where="new connector", remedy="Choose another name, or edit that file.")
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(template.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
    return list(files)
