"""The figures that a review begins with. They are the report's cards and its first sentences, and no section of the report."""
