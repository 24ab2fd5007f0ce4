"""The monthly review: what the marts say of a month, put into words for a team, rendered as mail and as PDF.

`gather` reads a state of the warehouse into `facts.Review`, which knows no language. `wording` makes a `report.Report` of it for one
audience, in which every number is text already. `mail` and `pdf` render the report, and decide nothing. What a review consists of are
its `sections`, each in a folder with its facts, how they are gathered, and its words.
"""
