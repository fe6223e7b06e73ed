"""Public oversight: questions on any thing, with a clock, an answer, and the asker's verdict."""
