"""A mapping's values as SQL over the table `cells`: where the text of a field comes from, and how a text becomes a number or a date.

Everything runs in DuckDB, set-wise, with external access off and the configuration locked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from multiball.documents import Document, Place, suggestion
from multiball.importing.mapping import ISO, Formats, Value
from multiball.importing.tables import INVISIBLE, ROW, Table, plain_name
from multiball.shapes import Field, InputError
from multiball.sql import literal

FILE = "#file"
_NTH = "#nth"
_READERS = re.compile(r"'(?:[^']|'')*'|\b(number|moment)(?=\s*\()")
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_UTC_SUFFIX = re.compile(r"(?<!%)( ?UTC| ?GMT|Z|%Z)$")
_EPOCHS = {"s": "1000000", "ms": "1000", "us": "1", "ns": "0.001"}


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Columns:
    """The columns of the files, by which references are resolved. `used` collects those that the mapping refers to.

    `whole` is the SQL that only works over all rows at once (windows, subqueries): if it fails on a row, the import fails.
    """

    document: Document
    tables: Sequence[Table]
    used: dict[str, Place] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Whether every table has the column."""
        return all(plain_name(name) in table.columns for table in self.tables)

    def resolve(self, name: str, place: Place) -> str:
        """The SQL identifier of a column; InputError with the closest name if a file does not have it."""
        name = plain_name(name)
        if name in (ROW, FILE):
            return quoted(name)
        for table in self.tables:
            if name not in table.columns:
                where = f"{self.document.path}, line {self.document.line(place)}"
                hint = suggestion(name, table.columns)
                if name == _NTH:
                    hint = "Only a template may count by {#nth}."
                raise InputError(f"{table.where} has no column {name!r}", where=where, remedy=hint)
        self.used.setdefault(name, place)
        return quoted(name)

    def sql(self, text: str, place: Place) -> str:
        """An SQL expression with its {columns} resolved."""
        return _REFERENCE.sub(lambda match: self.resolve(match.group(1), place), text)

    def template(self, text: str, place: Place) -> str:
        """A text with {columns}: empty if one of them is empty, except for {column?}, which is then omitted."""
        parts: list[str] = []
        nth: list[int] = []
        for index, part in enumerate(_REFERENCE.split(text)):
            if index % 2 == 0:
                parts += [literal(part)] if part else []
            elif part == _NTH:
                nth.append(len(parts))
                parts.append("")
            elif part.endswith("?") and not self.has(part):
                parts.append(f"coalesce({self.resolve(part[:-1], place)}, '')")
            else:
                parts.append(f"CAST({self.resolve(part, place)} AS VARCHAR)")
        if nth:
            rest = " || ".join(part for part in parts if part) or "''"
            for index in nth:
                parts[index] = f"CAST(row_number() OVER (PARTITION BY {quoted(FILE)}, {rest} ORDER BY {quoted(ROW)}) AS VARCHAR)"
        return f"({' || '.join(parts)})"

    def condition(self, text: str, place: Place) -> str:
        """An SQL condition as true, false, or null for a row on which it fails."""
        truth = f"coalesce(CAST((\n{self.sql(text, place)}\n) AS BOOLEAN), false)"
        return truth if text in self.whole else f"TRY({truth})"

    def tried(self, value: Value) -> str:
        """The text of a value as a structure with the member `v`; null for a row on which the value's SQL fails."""
        single = f"{{'v': {self.text(value)}}}"
        return f"TRY({single})" if value.form == "sql" and value.text not in self.whole else single

    def text(self, value: Value) -> str:
        """The text of a value, before `values` and `default`."""
        match value.form:
            case "column":
                return f"CAST({self.resolve(value.text, (*value.place, 'column'))} AS VARCHAR)"
            case "template":
                return self.template(value.text, (*value.place, "template"))
            case "sql":
                return f"CAST((\n{self.sql(strict(value.text), (*value.place, 'sql'))}\n) AS VARCHAR)"
            case "constant":
                return literal(value.text)

    def zone(self, value: Value) -> str:
        """The time zone of a value as SQL; null for a row whose column has no valid time zone."""
        if value.time_zone_column is None:
            return literal(value.time_zone)
        column = self.resolve(value.time_zone_column, (*value.place, "time_zone"))
        return f"(CASE WHEN {column} IN (SELECT name FROM pg_timezone_names()) THEN {column} END)"


def strict(sql: str) -> str:
    """A field's SQL in which number() and moment() fail on an invalid text, which an empty result would silently lose."""
    return _READERS.sub(lambda match: f"strict_{match.group(1)}" if match.group(1) else match.group(0), sql)


def mapped(text: str, value: Value) -> str:
    """The text after `values` and `default`."""
    if value.values is not None:
        cases = " ".join(f"WHEN {literal(key)} THEN {literal(target)}" for key, target in value.values.items())
        text = f"CASE {text} {cases} {f'ELSE {text} ' if value.otherwise == 'keep' else ''}END"
    return text if value.default is None else f"coalesce({text}, {literal(value.default)})"


def unmapped(text: str, values: Sequence[str]) -> str:
    """Whether `values` does not name the text."""
    return f"({text} IS NOT NULL AND {text} NOT IN ({', '.join(literal(key) for key in values)}))"


def number(
    text: str,
    decimal: str,
    thousands: str | None,
    units: Mapping[str, float] | None = None,
    kind: str = "DECIMAL(38, 6)",
    *,
    bounds: bool = False,
) -> str:
    """A `plain` text as a number of a kind; null if it is invalid for the kind.

    One of `units`, or a numeral, after it multiplies it. With `bounds`, a number with a plus (`999+`), a lower bound, is read too.
    """
    simple = f"regexp_full_match({text}, '-?\\d+({re.escape(decimal)}\\d+)?')"
    ascii_only = f"strlen({text}) = length({text})"
    stated = rf"CASE WHEN contains({text}, '+') THEN regexp_replace({text}, '{_BOUND}', '\1\2') ELSE {text} END" if bounds else text
    bare = f"CASE WHEN {ascii_only} THEN {stated} ELSE regexp_replace({stated}, ' ?[元圆圓円원]$', '') END"
    factor_kind = kind if kind == "DOUBLE" else "DECIMAL(18, 6)"

    def multiplied(length: str, factor: str) -> str:
        return (
            f" THEN TRY(CAST(({_signed_number(f'trim(left({bare}, -{length}))', decimal, thousands, kind)})"
            f" * CAST({factor} AS {factor_kind}) AS {kind}))"
        )

    cases = "".join(
        f" WHEN ends_with({bare}, {literal(unit)}){multiplied(str(len(unit)), str(factor))}"
        for unit, factor in sorted((units or {}).items(), key=lambda pair: -len(pair[0]))
    )
    numeral = f"regexp_extract({bare}, '({'|'.join(sorted(NUMERALS, key=len, reverse=True))})$', 1)"
    factors = " ".join(f"WHEN {literal(numeral)} THEN {factor}" for numeral, factor in NUMERALS.items())
    return (
        f"CASE WHEN {simple} THEN TRY_CAST(replace({text}, {literal(decimal)}, '.') AS {kind}){cases}"
        f" WHEN {ascii_only} THEN {_signed_number(stated, decimal, thousands, kind)}"
        f" WHEN {numeral} <> ''{multiplied(f'length({numeral})', f'CASE {numeral} {factors} END')}"
        f" ELSE {_signed_number(bare, decimal, thousands, kind)} END"
    )


_BOUND = r"^([^+-]*\d[^+-]*)\+([^\d+-]*)$"


def is_bound(text: str) -> str:
    """Whether a `plain` text is a number with a plus, a lower bound."""
    return f"contains({text}, '+') AND regexp_matches({text}, '{_BOUND}')"


NUMERALS = {
    "千": 10**3, "仟": 10**3, "万": 10**4, "萬": 10**4, "十万": 10**5, "百万": 10**6, "百萬": 10**6, "千万": 10**7, "千萬": 10**7,
    "亿": 10**8, "億": 10**8, "十亿": 10**9, "百亿": 10**10, "천": 10**3, "만": 10**4, "억": 10**8,
}  # fmt: skip
"""Chinese, Japanese and Korean numerals that follow a number and multiply it."""


def _signed_number(text: str, decimal: str, thousands: str | None, kind: str) -> str:
    """-1.234,56 or 1.234,56- or (1.234,56), with or without a currency's sign.

    DuckDB casts no exponent beyond 32767 to a decimal, not even if the number is 0 (0E40000) or almost 0 (1E-40000).
    """
    point = re.escape(decimal)
    mark = re.escape(thousands) if thousands else ""
    groups = rf"\d{{1,3}}({mark}\d{{2,3}})*{mark}\d{{3}}|" if mark else ""
    shape = rf"[+-]?(({groups}\d+)({point}\d*)?|{point}\d+)([eE][+-]?\d+)?"
    arabic = f"replace(replace({text}, '٫', {literal(decimal)}), '٬', {literal(thousands or '')})"
    plain = rf"regexp_replace(replace(replace({arabic}, '−', '-'), '’', chr(39)), '[\s\p{{Z}}]+', ' ', 'g')"
    unmarked = rf"regexp_replace({plain}, '[A-Z]{{0,3}}\p{{Sc}}|^[A-Z]{{3}}|[A-Z]{{3}}$', '', 'g')"
    bare = rf"trim(regexp_replace({unmarked}, ' ?([-+()]) ?', '\1', 'g'))"
    signed = rf"regexp_replace(regexp_replace({bare}, '^\((.*)\)$', '-\1'), '^(.*[\d.,])-$', '-\1')"
    point_only = f"replace(replace({signed}, {literal(thousands or ' ')}, ''), {literal(decimal)}, '.')"
    nothing = f"CASE WHEN TRY_CAST({point_only} AS DOUBLE) = 0 THEN CAST(0 AS {kind}) END"
    return f"CASE WHEN regexp_full_match({signed}, {literal(shape)}) THEN coalesce(TRY_CAST({point_only} AS {kind}), {nothing}) END"


def plain(text: str) -> str:
    """A number's or time's text in ASCII: full-width signs and digits of other scripts become plain ones, invisible characters are
    removed."""
    replaced = f"translate({text}, {literal(''.join(_PLAIN))}, {literal(''.join(_PLAIN.values()))})"
    seen = f"regexp_replace({replaced}, '[{INVISIBLE}]', '', 'g')"
    blanks = rf"trim(regexp_replace({seen}, '[\s\p{{Z}}]+', ' ', 'g'))"
    return f"CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE {blanks} END"


_PLAIN = {
    **{chr(code): str(unicodedata.decimal(chr(code))) for code in range(0x80, 0x10000) if unicodedata.category(chr(code)) == "Nd"},
    **dict(zip("．，－＋％（）：／﹣−–‑‒٪", ".,-+%():/-----%", strict=True)),
}


def _moments(text: str, dates: Sequence[str]) -> tuple[str, str]:
    """A text as a time without zone, and as a time with one; each is null if no format fits."""
    offset = rf"regexp_replace({text}, '( ?UTC| ?GMT|Z)$', '+00:00')"
    normal = [_UTC_SUFFIX.sub("%z", form) for form in dates if form != ISO]
    bare = ", ".join(literal(form) for form in normal if "%z" not in form)
    zoned = ", ".join(literal(form) for form in normal if "%z" in form)
    bares = [f"try_strptime({text}, [{bare}])"] if bare else []
    zoneds = [f"CAST(try_strptime({offset}, [{zoned}]) AS TIMESTAMPTZ)"] if zoned else []
    if ISO in dates:
        day, clock = r"\d{4}-\d{1,2}-\d{1,2}", r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
        joined = rf"regexp_replace({offset}, ' ([+-])', '\1')"
        bares.append(f"CASE WHEN regexp_full_match({text}, '{day}({clock})?') THEN TRY_CAST({text} AS TIMESTAMP) END")
        shape = rf"'{day}{clock}[+-](0\d|1[0-5])(:?[0-5]\d)?'"
        zoneds.append(f"CASE WHEN regexp_full_match({joined}, {shape}) THEN TRY_CAST({joined} AS TIMESTAMPTZ) END")
    return f"coalesce({', '.join(['CAST(NULL AS TIMESTAMP)', *bares])})", f"coalesce({', '.join(['CAST(NULL AS TIMESTAMPTZ)', *zoneds])})"


def _timestamp(text: str, value: Value, zone: str) -> tuple[str, str]:
    """The moment in UTC, and the same on the zone's clock."""
    if value.epoch in _EPOCHS:
        micros = f"TRY_CAST(round(TRY_CAST({text} AS DECIMAL(28, 6)) * {_EPOCHS[value.epoch]}) AS BIGINT)"
        utc = f"CASE WHEN {micros} BETWEEN -62135596800000000 AND 253402300799999999 THEN make_timestamp({micros}) END"
        return utc, f"({utc} AT TIME ZONE 'UTC') AT TIME ZONE {zone}"
    if value.epoch == "excel":
        days = f"TRY_CAST({text} AS DOUBLE)"
        since = f"to_microseconds(CAST(round({days} * 86400000) AS BIGINT) * 1000)"
        bare = f"CASE WHEN {days} BETWEEN 1 AND 2958465 THEN TIMESTAMP '1899-12-30' + {since} END"
        zoned = "CAST(NULL AS TIMESTAMPTZ)"
    else:
        bare, zoned = _moments(text, value.dates)
    as_utc = bare if zone == "'UTC'" else f"({bare} AT TIME ZONE {zone}) AT TIME ZONE 'UTC'"
    return f"coalesce({as_utc}, {zoned} AT TIME ZONE 'UTC')", f"coalesce({bare}, {zoned} AT TIME ZONE {zone})"


def typed(text: str, target: Field, value: Value, formats: Formats, zone: str) -> str:
    """The text, `plain` for a number or a time, as the field's type; null if it is invalid."""
    match target.type:
        case "bigint":
            amount = number(text, value.decimal, value.thousands, value.units, bounds=True)
            return f"CASE WHEN ({amount}) = trunc({amount}) THEN TRY_CAST(({amount}) AS BIGINT) END"
        case "decimal(18,6)":
            return f"TRY_CAST(({number(text, value.decimal, value.thousands, value.units, bounds=True)}) AS DECIMAL(18, 6))"
        case "double":
            return f"TRY_CAST(({number(text, value.decimal, value.thousands, value.units, bounds=True)}) AS DOUBLE)"
        case "boolean":
            true, false = (", ".join(map(literal, texts)) for texts in (formats.true, formats.false))
            return f"CASE WHEN lower({text}) IN ({true}) THEN true WHEN lower({text}) IN ({false}) THEN false END"
        case "date":
            day = f"CAST({_timestamp(text, value, zone)[1]} AS DATE)"
            return f"CAST(date_trunc('month', {day}) AS DATE)" if target.name == "published_month" else day
        case "timestamp":
            return _timestamp(text, value, zone)[0]
        case "string":
            return f"nullif(upper(trim({text})), '')" if target.name == "currency" else text


def too_large(text: str, target: Field, value: Value) -> str | None:
    """Whether the text is a number that the field's type cannot hold; None for a type of other texts."""
    if target.type not in LIMIT:
        return None
    amount = number(text, value.decimal, value.thousands, value.units, "DOUBLE", bounds=True)
    return f"abs({amount}) >= {LIMIT[target.type]}"


LIMIT = {"bigint": "9223372036854775808.0", "decimal(18,6)": "1e12", "double": "'inf'::DOUBLE"}
"""The bound for the absolute value of a number of a type."""


def macros(formats: Formats) -> list[str]:
    """The functions that a mapping's own SQL may call: number(text) and moment(text), read as the file's formats say; param(json, name).

    The strict ones fail on an invalid text.
    """
    bare, zoned = _moments(plain("x"), formats.dates)
    return [
        f"CREATE MACRO number(x) AS {number(plain('x'), formats.decimal, formats.thousands, formats.units)}",
        f"CREATE MACRO moment(x) AS coalesce({bare}, {zoned} AT TIME ZONE 'UTC')",
        "CREATE MACRO strict_number(x) AS coalesce(number(x), CASE WHEN x IS NOT NULL THEN CAST('no number: ' || x AS DECIMAL(38, 6)) END)",
        "CREATE MACRO strict_moment(x) AS coalesce(moment(x), CASE WHEN x IS NOT NULL THEN CAST('no time: ' || x AS TIMESTAMP) END)",
        *_PARAM,
    ]


_PARAM = (
    """CREATE MACRO scalar_of(value) AS CASE json_type(value) WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN coalesce(
        value->>'string_value', value->>'int_value', value->>'float_value', value->>'double_value') ELSE value->>'$' END""",
    """CREATE MACRO param(x, name) AS CASE WHEN NOT json_valid(x) THEN NULL WHEN json_type(x) = 'ARRAY' THEN
        scalar_of(list_filter(from_json(x, '[{"key": "VARCHAR", "value": "JSON"}]'), lambda pair: pair.key = name)[1].value)
        ELSE scalar_of(json_extract(x, '$."' || name || '"')) END""",
)
"""A value out of JSON: of an object's key, or of a list of keys and values, whose value may be an object of types as in GA4's export."""

KIND: dict[str, str] = {
    "bigint": "is not a whole number",
    "decimal(18,6)": "is not a number",
    "double": "is not a number",
    "boolean": "is neither true nor false",
    "date": "is not a date",
    "timestamp": "is not a time",
    "string": "is not text",
}
"""The message for a text that is invalid for a type."""
