"""What is not known, missing or not final: a caveat for each."""
