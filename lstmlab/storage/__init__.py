"""What a reader has written and answered, kept in small files outside the repository."""
