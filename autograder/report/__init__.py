"""The instructor's report on an assignment: counts, figures, one HTML page, JSON."""
