"""Who the brand can reach, and how each of them buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers


@dataclass(frozen=True)
class People:
    """Columns by person; `number` is 0…n-1 and the person_id."""

    number: Numbers
    country: Numbers
    currency: Numbers
    is_business: Numbers
    is_deaf: Numbers
    """Reached by the campaign that wins nothing and by nothing else; never buys."""
    interest: Numbers
    """0 to 1: who is interested visits more and sees more."""
    rate: Numbers
    dropout: Numbers
    basket: Numbers
    """Mean of quantity − 1 of an order line."""
    email: Numbers
    phone: Numbers
    first_name: Numbers
    last_name: Numbers
    consent_analytics: Numbers
    consent_ads: Numbers
    withdraws_on: Numbers
    """Day from which both consents are denied; far away for nearly all."""

    def audience(self, name: str) -> Numbers:
        """The persons of a named audience, the most interested first."""
        overseas = np.isin(self.country, ("US", "GB"))
        member = {
            "deaf": self.is_deaf,
            "all": ~self.is_deaf & ~overseas,
            "interested": ~self.is_deaf & ~overseas & (self.interest > 0.7),
            "business": ~self.is_deaf & ~overseas & (self.is_business | (self.interest > 0.93)),
            "overseas": ~self.is_deaf & overseas,
            "anybody": ~self.is_deaf,
        }[name]
        chosen = self.number[member]
        order: Numbers = np.argsort(-self.interest[chosen], kind="stable")
        return np.asarray(chosen[order])


def make_people(chance: Chance, count: int, first_day: int) -> People:
    """`count` persons. E-mail addresses are in reserved domains, telephone numbers in ranges kept for fiction."""
    number = np.arange(count)
    countries = np.array(list(brand.COUNTRIES))
    country = countries[chance.choice("country", [share for _, share in brand.COUNTRIES.values()], number)]
    first = np.array(brand.FIRST_NAMES)[chance.choice("first name", [1] * len(brand.FIRST_NAMES), number)]
    last = np.array(brand.LAST_NAMES)[chance.choice("last name", [1] * len(brand.LAST_NAMES), number)]
    consent = chance.choice("consent", (0.72, 0.08, 0.2), number)
    withdraws = np.where(chance.uniform("withdraws", number) < 0.03, first_day + (chance.uniform("withdrawal", number) * 500), 10**6)
    phone = [
        f"+44 7700 900{n % 1000:03d}" if c == "GB" else f"+1 202-555-01{n % 100:02d}" if c == "US" else f"+49 152 28895{n % 100000:05d}"
        for n, c in zip(number.tolist(), country.tolist(), strict=True)
    ]
    return People(
        number=number,
        country=country,
        currency=np.array([brand.COUNTRIES[name][0] for name in country.tolist()]),
        is_business=chance.uniform("business", number) < 0.07,
        is_deaf=chance.uniform("deaf", number) < 0.07,
        interest=chance.uniform("interest", number),
        rate=chance.gamma("rate", brand.BUYING["r"], 1 / brand.BUYING["alpha"], number),
        dropout=np.clip(chance.beta("dropout", brand.BUYING["a"], brand.BUYING["b"], number), 1e-6, 1),
        basket=chance.gamma("basket", 2.0, 0.2, number),
        email=np.array([f"person{n:05d}@mail{n % 3}.example" for n in number.tolist()]),
        phone=np.array(phone),
        first_name=first,
        last_name=last,
        consent_analytics=consent < 2,
        consent_ads=consent < 1,
        withdraws_on=withdraws.astype(np.int64),
    )


def names(people: People, persons: Numbers) -> pa.Array:
    """First and last name of persons, in one text."""
    return pa.array([f"{a} {b}" for a, b in zip(people.first_name[persons], people.last_name[persons], strict=True)])
