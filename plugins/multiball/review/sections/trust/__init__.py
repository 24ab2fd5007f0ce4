"""Unknown, missing and provisional data: a caveat for each."""
