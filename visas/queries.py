"""Reads of what hangs on a visa application."""

from cases.queries import CaseRowQuerySet


class OfApplicationQuerySet(CaseRowQuerySet):
    case_path = "application"
