"""The progress of the plan's goals at the end of the month."""
