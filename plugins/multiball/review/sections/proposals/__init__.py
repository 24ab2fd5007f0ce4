"""What to decide: proposals, each by a rule of its own."""
