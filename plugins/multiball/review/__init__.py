"""The monthly review: a month's numbers from the marts, worded for a team and rendered as mail and PDF.

`gather` reads one state of the warehouse into `facts.Review`, which is independent of language. `wording` turns it into a `report.Report`
for one audience, with every number formatted. `mail` and `pdf` only render the report. Each folder in `sections` holds one section: its
facts, how they are gathered, and its words.
"""
