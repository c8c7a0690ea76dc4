"""Test databases: made and removed by whoever logs in, used by the application's role."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import creation


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        with self._as_owner():
            return super().create_test_db(*args, **kwargs)

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        with self._as_owner():
            super().destroy_test_db(*args, **kwargs)

    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        options = self.connection.settings_dict["OPTIONS"]
        role = options.pop("assume_role", None)
        try:
            yield
        finally:
            if role:
                options["assume_role"] = role
            self.connection.close()
