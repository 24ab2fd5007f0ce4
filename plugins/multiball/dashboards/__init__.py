"""Dashboards as code: generated from the catalogue of metrics, validated against the marts, and imported into Superset."""
