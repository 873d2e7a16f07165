"""Questions for each student on the code that they handed in, with keys that were computed from that very code."""
