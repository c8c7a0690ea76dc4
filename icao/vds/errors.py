"""What is wrong with the bytes of a seal."""


class SealFormatError(ValueError):
    """The bytes break a rule of ICAO 9303-13 §2; `reason` is a stable code for logs and tests, never the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
