"""Warm, sandboxed processes for code that nobody trusts: what runs notebooks here and in stock nbgrader."""
