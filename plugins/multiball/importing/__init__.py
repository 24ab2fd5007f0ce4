"""Exports and spreadsheets onto canonical entities: `read(mapping)` gives records and rejected rows with their reasons."""
