"""Who did or read what, when and why. Append-only: the database itself refuses a change (migration 0002)."""
