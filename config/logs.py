"""What is logged, and how; never personal data."""

from typing import Any


def logging(*, level: str) -> dict[str, Any]:
    """Lines on standard error, for whatever runs the process to keep."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "httpx": {"level": "WARNING"},  # its INFO lines carry whole URLs, query string included
            "zeep": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "fido2": {"level": "WARNING"},  # its INFO lines carry the ids of people's security keys
        },
    }
