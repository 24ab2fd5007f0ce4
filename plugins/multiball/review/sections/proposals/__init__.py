"""What to decide: the proposals, each from a rule."""
