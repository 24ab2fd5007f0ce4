"""The variables `MULTIBALL_*`, read from the environment or from the workspace's `var/secrets.env`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from multiball.settings.fields import Give, faults
from multiball.shapes import InputError

PREFIX = "MULTIBALL_"
SANDBOX_PREFIX = f"{PREFIX}SANDBOX_"
"""The prefix of the variables with the addresses of a demo's sandbox."""
OF_CHILDREN = frozenset(
    PREFIX + name for name in ("DASHBOARDS", "SUPERSET_METADATA", "SUPERSET_PORT", "WAREHOUSE_ENGINE_PARAMS", "WAREHOUSE_URL")
)
"""The variables that Multiball sets for Superset. `multiball.dashboards.server` reads them, in an environment without this package."""

Engine = Literal["duckdb", "postgres"]
Security = Literal["none", "starttls", "ssl"]
Seconds = Annotated[int, Field(gt=0), Give("a whole number of seconds, such as 300")]
Memory = Annotated[str, Field(pattern=r"(?i)^\d+(\.\d+)?\s*([KMGT]i?B|%)$"), Give("an amount of memory, such as 4GB or 512MB")]
Port = Annotated[int, Field(gt=0, lt=65536), Give("the number of a port, such as 587")]
Secret = SecretStr | None


class Environment(BaseSettings):
    """The variables, without the prefix. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    home: str = Field(default=".", description="The workspace: the folder with `sources.yml`.")
    engine: Engine | None = Field(default=None, description="The warehouse's engine, in place of `warehouse.engine`.")
    postgres_dsn: Secret = Field(default=None, description="The libpq URI of the Postgres warehouse, in place of `warehouse.dsn`.")
    query_seconds: Seconds | None = Field(
        default=None, description="How long a query may take; by default 300, and 60 for Superset on DuckDB."
    )
    memory_limit: Memory = Field(default="4GB", description="How much memory DuckDB may use for builds and imports.")
    imports: str | None = Field(default=None, description="The folder of the files that the mappings in examples/mappings name.")
    smtp_host: str | None = Field(
        default=None, description="The server that sends mails. Without it, a demo uses its own mailbox, and other workspaces send nothing."
    )
    smtp_port: Port = Field(default=25, description="The port of the mail server.")
    smtp_security: Security = Field(default="none", description="How the connection to the mail server is protected.")
    smtp_user: str = Field(default="", description="The log-in, if the mail server requires one.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The password of the log-in.")
    smtp_from: str = Field(default="multiball@localhost", description="The sender of mails.")
    airflow_url: str | None = Field(default=None, description="The address of Airflow in links of mails.")
    superset_url: str | None = Field(default=None, description="The address of Superset in links of mails.")
    superset_workers: Annotated[int, Field(gt=0), Give("a whole number, such as 2")] = Field(
        default=2, description="How many processes serve Superset."
    )
    identity_key: Secret = Field(default=None, description="The key that e-mail addresses and phone numbers are hashed with. Generated.")
    admin_password: Secret = Field(default=None, description="The password of `admin` in Airflow and Superset. Generated.")
    analyst_password: Secret = Field(default=None, description="The password of `analyst` in Superset. Generated.")
    leadership_password: Secret = Field(default=None, description="The password of `leadership` in Superset. Generated.")
    reader_password: Secret = Field(default=None, description="The password of the Postgres role that dashboards use. Generated.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the arguments, which are the lines of `var/secrets.env`."""
        return env_settings, init_settings


def read_environment(stored: Mapping[str, str]) -> Environment:
    """The variables; the environment overrides the stored ones. InputError names the first that is invalid."""
    given: dict[str, Any] = {name: stored[variable] for name, variable in variables().items() if stored.get(variable)}
    try:
        return Environment(**given)
    except ValidationError as error:
        fault = faults(error, Environment)[0]
        name = variables()[str(fault.place[0])]
        raise InputError(f"{fault.what.split(' is ', 1)[1]} is invalid", where=name, remedy=fault.remedy) from error


def require_known(stored: Mapping[str, str], further: Collection[str]) -> None:
    """InputError for a variable `MULTIBALL_…` that nothing reads: if it is misspelt, the default would apply silently.

    `further` are the names that the workspace's files use as `${NAME}`.
    """
    known = {*variables().values(), *OF_CHILDREN, *further}
    for name in sorted({**stored, **os.environ}):
        if name.startswith(PREFIX) and not name.startswith(SANDBOX_PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0.8)
            remedy = f"Did you mean {close[0]}?" if close else "Unset it; docs/settings.md lists the variables."
            raise InputError("nothing reads this variable", where=name, remedy=remedy)


def variables() -> dict[str, str]:
    """The names of the variables by field."""
    return {name: PREFIX + name.upper() for name in Environment.model_fields}


def inherited() -> Mapping[str, str]:
    """The environment, to pass on to other programs."""
    return dict(os.environ)
