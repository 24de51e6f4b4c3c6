"""The game: rules, statistics, the store of answers, and the window."""
