"""A module for each rule: the typed facts of its proposal, the words of it, and `propose`, which finds it."""
