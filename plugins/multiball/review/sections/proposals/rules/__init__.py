"""A module for each rule: the facts of its proposal, its texts, and `propose`, which yields it."""
