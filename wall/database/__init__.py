"""Django's PostgreSQL backend with the wall: see :mod:`wall.database.base`."""
