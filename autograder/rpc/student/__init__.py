"""The student's side: answers the examiner's questions about what the student's cells have defined."""
