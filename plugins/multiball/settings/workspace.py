"""A workspace: the folder of a deployment, with `sources.yml`, `plan/`, `mappings/`, and `var/` for everything that Multiball writes.

`MULTIBALL_HOME` names it. Secrets are named in `sources.yml` as `${NAME}` and come from the environment or from `var/secrets.env`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from multiball.settings.environment import SANDBOX_PREFIX, Engine, Environment, Security, read_environment, require_known
from multiball.settings.file import TIME_LIMIT_HOURS, Sources, SourceSection, SourcesFile, read_sources_file
from multiball.shapes import InputError, Source
from multiball.texts import is_there, utf8_text

REPOSITORY = Path(__file__).resolve().parents[3]
"""The checkout: where `dags/`, `dbt_project/` and `expectations/` are."""

_SANDBOX_SMTP_PORT = f"{SANDBOX_PREFIX}SMTP_PORT"
_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


@dataclass(frozen=True)
class MailServer:
    """The server that sends mails, and the sender's address. `in_demo`: it is the mailbox of the workspace's own stack."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security
    sender: str
    in_demo: bool = False


_NOT_IN_A_PATH = re.compile(r"[\\#?\x00-\x1f\x7f]| ;|\{\{|\{%|\{#")


@dataclass(frozen=True)
class Workspace:
    """A deployment's folder and its settings, which are read at first use."""

    home: Path

    def __post_init__(self) -> None:
        """InputError for a folder whose name DuckDB or dbt takes for something else than a name."""
        if found := _NOT_IN_A_PATH.search(str(self.home)):
            raise InputError(
                f"the path of the workspace contains {found[0]!r}, which DuckDB, dbt or supervisor would not take as part of a name",
                where=str(self.home).encode("unicode_escape").decode(),
                remedy="Move the workspace to a folder without it; blanks, quotes, single braces, % and $ are fine.",
            )

    @property
    def var(self) -> Path:
        """The folder of everything that Multiball writes. It can be deleted and loaded again."""
        return self.home / "var"

    @property
    def sources_file(self) -> Path:
        """The file that configures the sources."""
        return self.home / "sources.yml"

    @cached_property
    def _stored(self) -> Mapping[str, str]:
        """The lines `NAME=value` of `var/secrets.env`; set-up writes generated secrets there."""
        file = self.var / "secrets.env"
        lines = utf8_text(file).splitlines() if is_there(file) else []
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """The variables; the environment overrides `var/secrets.env`."""
        return {**self._stored, **os.environ}

    @cached_property
    def environment(self) -> Environment:
        """The settings `MULTIBALL_*`; the environment overrides `var/secrets.env`. InputError if one is invalid."""
        return read_environment(self._stored)

    @cached_property
    def file(self) -> SourcesFile:
        """The settings of `sources.yml`. InputError if the file is missing or a setting is invalid."""
        self._require_sources_file()
        return read_sources_file(self.sources_file, SourcesFile)

    @cached_property
    def _sources(self) -> Mapping[str, SourceSection]:
        """The sources of `sources.yml` with unresolved secrets. InputError if one is invalid."""
        self._require_sources_file()
        return read_sources_file(self.sources_file, Sources).sources

    def _require_sources_file(self) -> None:
        if not is_there(self.sources_file):
            raise InputError(
                "there is no sources.yml",
                where=str(self.home),
                remedy="Set MULTIBALL_HOME to a workspace; examples/demo is one.",
            )

    def validate(self) -> None:
        """InputError for the first setting that is invalid or that nothing reads. The folder may not be a workspace yet."""
        _ = self.environment
        is_workspace = is_there(self.sources_file)
        referenced = _REFERENCE.findall(utf8_text(self.sources_file)) if is_workspace else ()
        require_known(self._stored, referenced)
        if is_workspace:
            _ = self.file, self._sources

    @property
    def engine(self) -> Engine:
        """The warehouse's engine: `duckdb` (embedded, the default) or `postgres`."""
        return self.environment.engine or self.file.warehouse.engine

    @property
    def postgres_dsn(self) -> str:
        """The libpq URI of the Postgres warehouse: `warehouse.dsn`, or MULTIBALL_POSTGRES_DSN."""
        if dsn := self.environment.postgres_dsn:
            return dsn.get_secret_value()
        if not self.file.warehouse.dsn:
            raise self._wrong(
                "the engine is postgres and its address is missing",
                "Give warehouse.dsn, or MULTIBALL_POSTGRES_DSN in the environment: postgresql://user@host:port/database."
                " docs/how-to/use-postgres.md lists the settings.",
            )
        return self._resolve(self.file.warehouse.dsn, "warehouse.dsn")

    @property
    def query_seconds(self) -> int:
        """How long a query may take: MULTIBALL_QUERY_SECONDS, 300 by default."""
        return self.environment.query_seconds or 300

    @property
    def memory_limit(self) -> str:
        """How much memory DuckDB may use: MULTIBALL_MEMORY_LIMIT, 4GB by default."""
        return self.environment.memory_limit

    @property
    def keep_replaced(self) -> timedelta:
        """How long a replaced build on Postgres is kept for connections that began with it: `warehouse.keep_replaced_hours`."""
        return timedelta(hours=self.file.warehouse.keep_replaced_hours)

    @property
    def reporting_currency(self) -> str:
        """The currency that amounts are reported in, ISO 4217."""
        return self.file.reporting.currency

    @property
    def reporting_time_zone(self) -> str:
        """The time zone whose days sessions and orders are counted by, IANA name."""
        return self.file.reporting.time_zone

    @property
    def discount_rate(self) -> float:
        """The discount of future money per year: `reporting.discount_rate`, 0.1 by default."""
        return self.file.reporting.discount_rate

    @property
    def brand(self) -> str:
        """The company's name in reviews: `reporting.brand`, or the name of the workspace's folder."""
        return self.file.reporting.brand or self.home.name

    @property
    def is_demo(self) -> bool:
        """Whether the stack includes the sandbox's platforms and a mailbox: `demo: true`. Other workspaces have no ports for them."""
        return self.file.demo if is_there(self.sources_file) else False

    @property
    def mail_server(self) -> MailServer | None:
        """The server of the variables MULTIBALL_SMTP_…, else the mailbox of a demo that has been started, else None."""
        settings = self.environment
        if settings.smtp_host:
            password = settings.smtp_password.get_secret_value()
            return MailServer(
                settings.smtp_host, settings.smtp_port, settings.smtp_user, password, settings.smtp_security, settings.smtp_from
            )
        if not self.is_demo or _SANDBOX_SMTP_PORT not in self.secrets:
            return None
        return MailServer("127.0.0.1", int(self.secrets[_SANDBOX_SMTP_PORT]), "", "", "none", settings.smtp_from, in_demo=True)

    @property
    def owner(self) -> str:
        """The address that failures of the warehouse are mailed to."""
        return self.file.warehouse.owner

    @property
    def time_limit_hours(self) -> float:
        """How long one try of a task of a build or a review may take: `warehouse.time_limit_hours`."""
        return self.file.warehouse.time_limit_hours

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The configured sources by name, in the file's order, with their secrets. InputError if a secret is not set."""
        return {name: self._source(name, entry) for name, entry in self._sources.items()}

    @property
    def order_states(self) -> Mapping[str, Mapping[str, str]]:
        """By source, the meaning of each state of orders: `options.order_states` of the sources that have it."""
        # not from `sources`: a build needs no credentials, and one that is not set must not stop it
        return {name: entry.options.order_states for name, entry in self._sources.items() if entry.options.order_states}

    def _source(self, name: str, entry: SourceSection) -> Source:
        where = f"sources.{name}"
        credentials = {key: self._resolve(value, f"{where}.credentials.{key}") for key, value in entry.credentials.items()}
        return Source(
            name=name,
            connector=entry.connector,
            base_url=self._resolve(entry.base_url, f"{where}.base_url").rstrip("/"),
            accounts=entry.accounts,
            credentials=credentials,
            history_from=entry.history_from,
            owner=entry.owner or self.owner,
            schedule=entry.schedule,
            options=entry.options.model_dump(exclude_unset=True),
        )

    def _resolve(self, text: str, where: str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name.startswith(SANDBOX_PREFIX) and not self.is_demo and name not in os.environ:
                raise self._wrong(
                    f"{where} names ${{{name}}}, which only a demo has", "Write demo: true into it, or the platform's address."
                )
            if name not in self.secrets:
                raise self._wrong(
                    f"{where} names ${{{name}}}, which is not set", f"Set {name} in the environment or in {self.var / 'secrets.env'}."
                )
            return self.secrets[name]

        return _REFERENCE.sub(value, text)

    def _wrong(self, what: str, remedy: str) -> InputError:
        return InputError(what, where=str(self.sources_file), remedy=remedy)


def time_limit_hours(source: Source) -> float:
    """How long one try of a task that reads the source may take: its `options.time_limit_hours`."""
    return float(source.options.get("time_limit_hours", TIME_LIMIT_HOURS))


def workspace() -> Workspace:
    """The workspace that MULTIBALL_HOME names, or the working folder."""
    return Workspace(Path(os.environ.get("MULTIBALL_HOME", ".")).resolve())
