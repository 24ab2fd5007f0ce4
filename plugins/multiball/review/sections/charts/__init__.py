"""Where we stand, drawn: the first goal against its plan, and what each campaign brought back. It has no facts of its own."""
