"""Two charts: the first goal against its plan, and the return of each campaign. It has no facts of its own."""
