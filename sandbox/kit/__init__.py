"""Declares the stand-in of an ordinary platform: its envelope, paging, auth and error style over the world's tables.

`Platform` holds what all routes share: the token, the words of refusals, limits, accounts. A `Route` says which table (`sql` for a
question to several) it serves, which window it filters, how its fields are written and which envelope they travel in. The words of
auth and paging are those of dlt's `RESTAPIConfig`, as connectors use them. What no declaration can say (reports that take time,
intakes, searches) is a function: `Route(rows=…)` changes the rows that a table gives, `Route(answer=…)` makes the whole answer.

A declaration is checked when its module is imported: `InputError` names the platform, the route and what would be right.
"""

from sandbox.kit.call import Call, Refused, Said, Text
from sandbox.kit.declared import OPEN, Accounts, Auth, Errors, Paging, Platform, Route, Throttle, Usage, Window, says
from sandbox.kit.fields import Field, const, day, minor, moment, number, restated, settling, text, unix
from sandbox.kit.pages import COUNT, CSV, LINK, MORE, NEXT, PAGE, PAGES, ROW, ROWS, SIZE, START, TOTAL
from sandbox.kit.tables import ALWAYS, Chain, Ended, Row, sql

__all__ = [
    "ALWAYS", "COUNT", "CSV", "LINK", "MORE", "NEXT", "OPEN", "PAGE", "PAGES", "ROW", "ROWS", "SIZE", "START", "TOTAL", "Accounts",
    "Auth", "Call", "Chain", "Ended", "Errors", "Field", "Paging", "Platform", "Refused", "Route", "Row", "Said", "Text", "Throttle",
    "Usage", "Window", "const", "day", "minor", "moment", "number", "restated", "says", "settling", "sql", "text", "unix",
]  # fmt: skip
