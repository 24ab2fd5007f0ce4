"""The return of advertising by campaign. The section `charts` shows it; it is not a section of the report."""
