"""A module for each subject: the facts of its caveats, their sentences, and `read`, which yields them."""
