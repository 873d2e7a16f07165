"""Grades as spreadsheets: grades.csv, and the files that Canvas and Moodle import."""
