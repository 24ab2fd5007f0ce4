"""Dashboards as code: generated from the catalogue of metrics, held against the marts, and imported into Superset."""
