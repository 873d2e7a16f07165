"""nbgrader's configuration for this course; every `nbgrader` and `autograder` command reads it."""

from pathlib import Path

c = get_config()

c.CourseDirectory.course_id = "lstm-course"
c.CourseDirectory.root = str(Path(__file__).parent)

# A cell that is still running after this many seconds is interrupted; it costs its question, not the rest.
c.ExecutePreprocessor.timeout = 30
c.Execute.timeout = 30

# Feedback must not show what the hidden tests try, nor run a script that a submission brought along.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.HTMLExporter.sanitize_html = True
