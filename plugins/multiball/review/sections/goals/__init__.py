"""The goals of the plan as they stood at the end of the month."""
