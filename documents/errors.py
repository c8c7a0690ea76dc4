"""What can go wrong in producing a document, said without personal data."""


class DocumentError(Exception):
    """A document or letter can not be produced. ``safe_message`` holds no personal data: the engine keeps it on the
    failed step, where a supervisor reads it (:func:`cases.services.record_step_failure`)."""

    def __init__(self, safe_message: str):
        super().__init__(safe_message)
        self.safe_message = safe_message
