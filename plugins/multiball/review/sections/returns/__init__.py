"""What advertising brought back by campaign. The section `charts` draws it; it has none of its own in the report."""
