"""How metrics moved from the month before, and what drove them."""
