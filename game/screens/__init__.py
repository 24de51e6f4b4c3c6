"""The screens: each takes input, keeps its own state, and returns where to go next."""
