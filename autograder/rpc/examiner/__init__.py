"""The examiner's side: names that tests use and the examiner lacks stand for objects of the student's kernel."""
