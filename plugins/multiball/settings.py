"""All reading of the environment and of the workspace's configuration.

A *workspace* is a deployment's own folder: `sources.yml`, `plan/`, `mappings/`, and `var/` for everything that Multiball writes.
`MULTIBALL_HOME` names it. Secrets are named in `sources.yml` as `${NAME}` and come from the environment or from `var/secrets.env`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from multiball.shapes import InputError, Source
from multiball.texts import is_there, utf8_text

REPOSITORY = Path(__file__).resolve().parents[2]
"""The checkout: where `dags/`, `dbt_project/` and `expectations/` are."""

Engine = Literal["duckdb", "postgres"]
SANDBOX_PREFIX = "MULTIBALL_SANDBOX_"
"""Begins the names of the variables that say where the sandbox of a demo is."""

_SANDBOX_SMTP_PORT = f"{SANDBOX_PREFIX}SMTP_PORT"
_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
ORDER_MEANINGS = ("sale", "partly_refunded", "refunded", "pending", "cancelled", "test")
"""What a state of an order can mean."""
_KEYS = ("demo", "reporting", "sources", "warehouse")
_SECTION_KEYS = {
    "reporting": ("brand", "currency", "discount_rate", "time_zone"),
    "warehouse": ("dsn", "engine", "owner", "time_limit_hours"),
}
_SOURCE_KEYS = {"connector", "base_url", "accounts", "credentials", "history_from", "owner", "schedule", "options"}


TIME_LIMIT_HOURS = 6.0
"""How long one try of a task may take unless the workspace says otherwise: far longer than it needs, and short of the next day's run."""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over, and the address they come from. `in_demo`: it is the mailbox of the workspace's own stack."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Literal["none", "starttls", "ssl"]
    sender: str
    in_demo: bool = False


@dataclass(frozen=True)
class Workspace:
    """A deployment's folder and what it configures. Nothing is read before it is asked for."""

    home: Path

    @property
    def var(self) -> Path:
        """Everything that Multiball writes; can be deleted and loaded again."""
        return self.home / "var"

    @property
    def sources_file(self) -> Path:
        """Where the sources are configured."""
        return self.home / "sources.yml"

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """The environment over `var/secrets.env` (lines `NAME=value`, written at set-up with generated secrets)."""
        file = self.var / "secrets.env"
        lines = utf8_text(file).splitlines() if is_there(file) else []
        stored = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        return {**stored, **os.environ}

    @cached_property
    def _configuration(self) -> Mapping[str, Any]:
        if not is_there(self.sources_file):
            raise InputError(
                "there is no sources.yml",
                where=str(self.home),
                remedy="Set MULTIBALL_HOME to a workspace; examples/demo is one.",
            )
        try:
            loaded = yaml.safe_load(utf8_text(self.sources_file)) or {}
        except (
            yaml.YAMLError,
            ValueError,
            TypeError,
            RecursionError,
        ) as error:  # ValueError: a day that the calendar does not have, for one
            raise self._wrong(f"is not valid YAML ({' '.join(str(error).split())})", "Fix the syntax there.") from error
        if not isinstance(loaded, dict):
            raise self._wrong("is not a mapping", "Give it the keys reporting, warehouse and sources.")
        self._require_known("", loaded, _KEYS)
        for section, keys in _SECTION_KEYS.items():
            if isinstance(loaded.get(section), dict):
                self._require_known(f"{section}.", loaded[section], keys)
        return loaded

    def _require_known(self, where: str, given: Mapping[str, Any], keys: Sequence[str]) -> None:
        """InputError for a key that nothing reads: misspelt, its setting would silently be the default."""
        if unknown := sorted(str(key) for key in given if key not in keys):
            close = get_close_matches(unknown[0], keys, n=1)
            remedy = f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(keys)}."
            raise self._wrong(f"{where}{unknown[0]} is unknown", remedy)

    @property
    def engine(self) -> Engine:
        """The warehouse's engine: `duckdb` (embedded, the default) or `postgres`."""
        engine = self.secrets.get("MULTIBALL_ENGINE") or self._section("warehouse").get("engine", "duckdb")
        if engine not in ("duckdb", "postgres"):
            raise self._wrong(f"warehouse.engine is {engine!r}", "Give duckdb or postgres.")
        return cast(Engine, engine)

    @property
    def postgres_dsn(self) -> str:
        """The libpq URI of the Postgres warehouse: `warehouse.dsn`, or MULTIBALL_POSTGRES_DSN."""
        dsn = self.secrets.get("MULTIBALL_POSTGRES_DSN") or self._resolve(str(self._section("warehouse").get("dsn") or ""), "warehouse.dsn")
        if not dsn:
            raise self._wrong(
                "the engine is postgres and its address is missing",
                "Give warehouse.dsn, or MULTIBALL_POSTGRES_DSN in the environment: postgresql://user@host:port/database."
                " docs/how-to/use-postgres.md lists the settings.",
            )
        return dsn

    @property
    def query_seconds(self) -> int:
        """How long a question to the warehouse may take: MULTIBALL_QUERY_SECONDS, 300 where it is not given."""
        text = self.secrets.get("MULTIBALL_QUERY_SECONDS") or "300"
        if not text.isdecimal() or int(text) == 0:
            raise InputError(
                f"{text!r} is not a valid number of seconds", where="MULTIBALL_QUERY_SECONDS", remedy="Give a whole number, such as 300."
            )
        return int(text)

    @property
    def memory_limit(self) -> str:
        """How much memory DuckDB may take, see `memory_limit`."""
        return memory_limit(self.secrets)

    @property
    def reporting_currency(self) -> str:
        """The currency that amounts are reported in, ISO 4217."""
        code = str(self._section("reporting").get("currency", "EUR")).upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise self._wrong(f"reporting.currency {code!r} is not a currency", "Give its ISO 4217 code, such as EUR.")
        return code

    @property
    def reporting_time_zone(self) -> str:
        """The time zone whose days sessions and orders are counted in, IANA name."""
        name = str(self._section("reporting").get("time_zone", "UTC"))
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self._wrong(
                f"reporting.time_zone {name!r} is not a valid time zone", "Give an IANA name, such as Europe/Berlin."
            ) from error
        return name

    @property
    def discount_rate(self) -> float:
        """What a year takes from money that is yet to come: `reporting.discount_rate`, 0.1 where it is not given."""
        rate = self._section("reporting").get("discount_rate", 0.1)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate < 1:
            raise self._wrong(
                f"reporting.discount_rate {rate!r} is not a valid share", "Give a number from 0 to below 1: 0.1 is 10 % a year."
            )
        return float(rate)

    @property
    def brand(self) -> str:
        """What reviews call the company: `reporting.brand`, or the name of the workspace's folder."""
        return str(self._section("reporting").get("brand") or self.home.name)

    @property
    def is_demo(self) -> bool:
        """Whether the stack brings the sandbox's platforms and a mailbox along: `demo: true`. Other workspaces have no ports for them."""
        demo = self._configuration.get("demo", False) if is_there(self.sources_file) else False
        if not isinstance(demo, bool):
            raise self._wrong(f"demo is {demo!r}", "Give true or false.")
        return demo

    @property
    def mail_server(self) -> MailServer | None:
        """The server of the MULTIBALL_SMTP_ variables; else the mailbox of a demo, once it has been started; else None."""
        prefix = "MULTIBALL_SMTP_"
        given = {name.removeprefix(prefix): value for name, value in self.secrets.items() if name.startswith(prefix) and value}
        in_demo = "HOST" not in given
        if in_demo:
            if not self.is_demo or _SANDBOX_SMTP_PORT not in self.secrets:
                return None
            given = {**given, "HOST": "127.0.0.1", "PORT": self.secrets[_SANDBOX_SMTP_PORT], "SECURITY": "none", "USER": ""}
        port, security = given.get("PORT", "25"), given.get("SECURITY", "none")
        if not port.isdecimal():
            raise InputError(f"{port!r} is not a valid port", where=f"{prefix}PORT", remedy="Give a number, such as 587.")
        if security not in ("none", "starttls", "ssl"):
            raise InputError(f"{security!r} is unknown", where=f"{prefix}SECURITY", remedy="Give none, starttls or ssl.")
        return MailServer(
            host=given["HOST"],
            port=int(port),
            user=given.get("USER", ""),
            password=given.get("PASSWORD", ""),
            security=cast(Literal["none", "starttls", "ssl"], security),
            sender=given.get("FROM", "multiball@localhost"),
            in_demo=in_demo,
        )

    @property
    def owner(self) -> str:
        """The address that failures of the warehouse are mailed to."""
        return str(self._section("warehouse").get("owner", "data@example.com"))

    @property
    def time_limit_hours(self) -> float:
        """How long one try of a task of a build or a review may take: `warehouse.time_limit_hours`."""
        return _hours(self._section("warehouse"), f"{self.sources_file}: warehouse")

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The configured sources by name, in the file's order."""
        section = self._section("sources")
        return {name: self._source(name, entry) for name, entry in section.items()}

    @property
    def order_states(self) -> Mapping[str, Mapping[str, str]]:
        """By source, what its own words for the states of orders mean: `options.order_states` of the sources that have it."""
        # a build needs no source's credentials, so that they are not resolved here
        entries = {name: (entry or {}).get("options") or {} for name, entry in self._section("sources").items() if isinstance(entry, dict)}
        given = {name: options["order_states"] for name, options in entries.items() if options.get("order_states")}
        for name, states in given.items():
            where = f"sources.{name}.options.order_states"
            if not isinstance(states, dict):
                raise self._wrong(f"{where} is not a mapping", "Write one line for each state, such as awaiting_pickup: sale.")
            for state, meaning in states.items():
                if meaning not in ORDER_MEANINGS:
                    raise self._wrong(f"{where}: {state!r} means {meaning!r}", f"Choose one of {', '.join(ORDER_MEANINGS)}.")
        return {name: {str(state): meaning for state, meaning in states.items()} for name, states in given.items()}

    def _section(self, name: str) -> Mapping[str, Any]:
        section = self._configuration.get(name) or {}
        if not isinstance(section, dict):
            raise self._wrong(f"{name} is not a mapping", f"Write {name}: with indented keys below it.")
        return section

    def _source(self, name: str, entry: Any) -> Source:
        where = f"sources.{name}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            raise self._wrong(f"{where} is not a valid name", "Use lower-case letters, digits and underscores.")
        if not isinstance(entry, dict):
            raise self._wrong(f"{where} is not a mapping", "Give connector, base_url, accounts, credentials and history_from.")
        if unknown := sorted(set(entry) - _SOURCE_KEYS):
            raise self._wrong(f"{where}.{unknown[0]} is unknown", f"Known keys: {', '.join(sorted(_SOURCE_KEYS))}.")
        if missing := [key for key in ("connector", "base_url", "accounts", "history_from") if not entry.get(key)]:
            raise self._wrong(f"{where}.{missing[0]} is missing", "Add it.")
        if not isinstance(entry["history_from"], date):
            raise self._wrong(f"{where}.history_from is {entry['history_from']!r}", "Give a date, such as 2025-10-01.")
        for key, kind, shape in (
            ("accounts", list, "a list, such as [1029384756]"),
            ("credentials", dict, "indented keys"),
            ("options", dict, "indented keys"),
        ):
            if entry.get(key) is not None and not isinstance(entry[key], kind):
                raise self._wrong(f"{where}.{key} is {entry[key]!r}", f"Give {shape}.")
        credentials = {
            key: self._resolve(str(value), f"{where}.credentials.{key}") for key, value in (entry.get("credentials") or {}).items()
        }
        return Source(
            name=name,
            connector=str(entry["connector"]),
            base_url=self._resolve(str(entry["base_url"]), f"{where}.base_url").rstrip("/"),
            accounts=tuple(str(account) for account in entry["accounts"]),
            credentials=credentials,
            history_from=entry["history_from"],
            owner=str(entry.get("owner", self.owner)),
            schedule=entry.get("schedule"),
            options=entry.get("options") or {},
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
    return _hours(source.options, f"sources.{source.name}.options")


def _hours(section: Mapping[str, Any], where: str) -> float:
    hours = section.get("time_limit_hours", TIME_LIMIT_HOURS)
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not 0 < hours <= 168:
        raise InputError(f"time_limit_hours is {hours!r}", where=where, remedy="Give a number of hours above 0 and up to 168, such as 6.")
    return float(hours)


def workspace() -> Workspace:
    """The workspace that MULTIBALL_HOME names, or the working folder."""
    return Workspace(Path(os.environ.get("MULTIBALL_HOME", ".")).resolve())


def memory_limit(variables: Mapping[str, str]) -> str:
    """How much memory DuckDB may take: MULTIBALL_MEMORY_LIMIT, 4GB where it is not given. InputError where it is invalid."""
    text = variables.get("MULTIBALL_MEMORY_LIMIT") or "4GB"
    if not re.fullmatch(r"\d+(\.\d+)?\s*([KMGT]i?B|%)", text, re.IGNORECASE):
        raise InputError(
            f"{text!r} is not a valid amount of memory", where="MULTIBALL_MEMORY_LIMIT", remedy="Give one, such as 4GB or 512MB."
        )
    return text
