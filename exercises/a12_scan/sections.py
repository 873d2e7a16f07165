"""The sections of lessons that the mistakes of this assignment lead to."""

LESSON = "notebooks/12_scan.ipynb#"
GATES = "notebooks/03_gates.ipynb#The-idea"
MINIMAL = LESSON + "The-idea"
SCAN = LESSON + "The-idea"
LOGS = LESSON + "The-idea"
