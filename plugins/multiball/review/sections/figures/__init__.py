"""The headline figures. They become the cards and first sentences of the report, not a section."""
