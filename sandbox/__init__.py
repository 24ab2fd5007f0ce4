"""Stand-in platform APIs over one seeded brand world whose truth is known. Knows nothing of Multiball, and Multiball nothing of it."""
