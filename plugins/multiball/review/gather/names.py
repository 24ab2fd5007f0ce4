"""The names of campaigns and accounts, which marts refer to by key."""

from __future__ import annotations

from collections.abc import Mapping

from multiball.review.gather.state import State
from multiball.review.gather.values import TOTAL

Names = Mapping[tuple[str, str], str]
"""By dimension and key."""


def read_names(state: State) -> Names:
    """The names of campaigns and accounts as reported by their sources."""
    rows = state.rows("""
        select 'campaign' as dimension, campaign_key as member, campaign_name as name from dim_campaign
        union all
        select 'account' as dimension, account_key as member, account_name as name from dim_account
        order by dimension, member
    """)
    return {(row["dimension"], row["member"]): row["name"] for row in rows if row["name"]}


def name_of(names: Names, dimension: str | None, member: str | None) -> str | None:
    """The member's name in its source, else its key; None for the total."""
    if dimension is None or member is None or (dimension, member) == TOTAL:
        return None
    return names.get((dimension, member), member)
