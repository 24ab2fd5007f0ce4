"""Dashboards as code: generated from the catalogue of metrics, compared with the marts, and imported into Superset."""
