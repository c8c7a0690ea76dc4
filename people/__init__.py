"""Persons, their names and identity documents, search and duplicates. Knows nothing of cases."""
