"""Numbers that come in an address or a form."""


def row_id(text: str | None) -> int | None:
    """The id of a row as somebody sent it; None when it can be none: whoever sends such a thing gets what they get for
    an id that never was, not an error of the database."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
