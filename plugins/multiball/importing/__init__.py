"""Exports and spreadsheets onto canonical entities: `run.read(mapping)` gives records and rejected rows with their reasons.

mapping file → `document` (YAML, schema, lines) → `mapping_file` (defaults filled in) → `mapping` ┐
files → `files`, `text`, `typed` → `tables` ──────────────────────────────────────────────────────┴→ `run` → `result`
`run` puts the texts of the tables into `cells`, and makes records of them by SQL from `statements`, `expressions` and `checks`.
"""
