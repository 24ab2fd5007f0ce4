"""Maps exports and spreadsheets to canonical entities: `run.read(mapping)` returns records, and rejected rows with reasons.

mapping file → `mapping_schema` (YAML, validated) → `mapping_file` (defaults filled in) → `mapping` ┐
files → `files`, `text`, `typed` → `tables` ────────────────────────────────────────────────────────┴→ `run` → `result`
`run` loads the tables' texts into `cells` and builds records by SQL from `statements`, `expressions` and `checks`.
"""
