"""The channels at a glance: the results of each, its acquisition cost and its customer lifetime value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from multiball.review.blocks import Cell, Section, Table
from multiball.review.sections.channels.facts import Channel, Channels
from multiball.review.vocabulary import Vocabulary

PLACE = 60


def words(vocabulary: Vocabulary) -> Section | None:
    """A table with a row per channel, without empty columns. None without channels."""
    say, channels = vocabulary.say, vocabulary.review.of(Channels).channels
    columns = [(name, [cell(vocabulary, channel) for channel in channels]) for name, cell in _COLUMNS]
    shown = [(name, cells) for name, cells in columns if any(cell is not None for cell in cells)]
    if not channels:
        return None
    names = [Cell(text=vocabulary.member(channel.name)) for channel in channels]
    unknown = Cell(text=say("unknown"))
    rows = tuple((name, *(cells[index] or unknown for _, cells in shown)) for index, name in enumerate(names))
    valued = [channel.valued_on for channel in channels if channel.lifetime_value is not None and channel.valued_on]
    table = Table(columns=(say("channels.channel"), *(_label(vocabulary, name) for name, _ in shown)), rows=rows, is_wide=True)
    return Section(
        name="channels",
        title=say("channels.title"),
        intro=vocabulary.sentences([say("channels.intro_plain"), say("channels.intro", day=vocabulary.day(max(valued))) if valued else ""]),
        blocks=(table,),
    )


def _label(vocabulary: Vocabulary, name: str) -> str:
    """A column's label: the section's own abbreviation, else the name of the metric or column."""
    catalogue = vocabulary.catalogue
    if catalogue.knows("review", f"channels.{name}"):
        return vocabulary.say(f"channels.{name}")
    return catalogue.column(name) if name == "spend" else catalogue.word("metric", name)


def _count(name: str) -> Callable[[Vocabulary, Channel], Cell | None]:
    def cell(vocabulary: Vocabulary, channel: Channel) -> Cell | None:
        number: Decimal | None = getattr(channel, name)
        return None if number is None else Cell(text=vocabulary.numbers.amount(number, "integer"))

    return cell


def _money(name: str) -> Callable[[Vocabulary, Channel], Cell | None]:
    def cell(vocabulary: Vocabulary, channel: Channel) -> Cell | None:
        amount: Decimal | None = getattr(channel, name)
        return None if amount is None else Cell(text=vocabulary.money(amount))

    return cell


def _lifetime_value(vocabulary: Vocabulary, channel: Channel) -> Cell | None:
    low, high = channel.lifetime_value_low, channel.lifetime_value_high
    if channel.lifetime_value is None:
        return None
    known = low is not None and high is not None
    return Cell(
        text=vocabulary.money(channel.lifetime_value),
        note=vocabulary.say("channels.range", low=vocabulary.money(low), high=vocabulary.money(high)) if known else "",
    )


def _value_to_cost(vocabulary: Vocabulary, channel: Channel) -> Cell | None:
    if channel.lifetime_value is None or not channel.acquisition_cost:
        return None
    ratio = vocabulary.numbers.amount(channel.lifetime_value / channel.acquisition_cost, "decimal")
    return Cell(text=vocabulary.say("channels.ratio", ratio=ratio))


_COLUMNS: tuple[tuple[str, Callable[[Vocabulary, Channel], Cell | None]], ...] = (
    ("sessions", _count("sessions")),
    ("spend", _money("spend")),
    ("orders", _count("orders")),
    ("revenue", _money("revenue")),
    ("new_customers", _count("new_customers")),
    ("acquisition_cost", _money("acquisition_cost")),
    ("lifetime_value", _lifetime_value),
    ("clv_to_cac", _value_to_cost),
)
