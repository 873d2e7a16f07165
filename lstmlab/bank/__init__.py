"""The question bank: what a lesson's TOML file may hold, how it is read, what can be wrong with it."""
