"""A module for each subject of caveats: their typed facts, the sentence of each, and `read`, which finds them."""
