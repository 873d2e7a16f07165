"""The results of submissions: typed records, the journal that keeps them, and the gradebook's scores."""
