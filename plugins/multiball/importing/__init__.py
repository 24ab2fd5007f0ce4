"""Exports and spreadsheets onto canonical entities: `run.read(mapping)` gives records and rejected rows with their reasons.

mapping file → `document` (YAML, schema, lines) → `mapping` (defaults filled in) ┐
files → `files`, `text`, `typed`, `tables` (cells) ──────────────────────────────┴→ `run` (`statements`, `expressions`, `checks`) → `result`
"""
