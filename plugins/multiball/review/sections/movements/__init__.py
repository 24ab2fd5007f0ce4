"""The movements of metrics from the month before, and their drivers."""
