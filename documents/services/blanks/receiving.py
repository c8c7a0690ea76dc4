"""A series comes into the house."""

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.acts import act
from documents import ranges
from documents.models import BlankAct, BlankKind
from documents.services.blanks.moving import Paper, check_right, record, write_act
from offices.models import Office, User

_INSERT = """
    INSERT INTO documents_blank
        (kind_id, number, state, office_id, act_id, moved_by_id, moved_at, moved_text)
    SELECT %s, %s || lpad(n::text, %s, '0'), 'available', %s, %s, %s, %s, '' FROM generate_series(%s, %s) n
"""


@act
def receive(*, kind: BlankKind, office: Office, numbers: str, paper: Paper, actor: User) -> BlankAct:
    """Take new numbers into an office's stock by a signed act.

    Raises ValidationError by field: numbers of another shape, or known already; NotAllowed without the right.
    """
    check_right(kind, office, actor)
    try:
        found = ranges.parse(numbers)
    except ValidationError as error:
        raise ValidationError({"numbers": error}) from error
    for each in found:
        if not re.fullmatch(kind.pattern, each.first):
            raise ValidationError(
                {"numbers": _("%(number)s does not have the shape of this kind's numbers.") % {"number": each.first}}
            )
    paper_row = write_act("receipt", kind=kind, office=office, numbers=found, paper=paper, actor=actor)
    now = timezone.now()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for each in found:
                cursor.execute(
                    _INSERT,
                    [kind.pk, each.prefix, each.width, office.pk, paper_row.pk, actor.pk, now, each.low, each.high],
                )
    except IntegrityError as error:
        if "blank_number_once" not in str(error):
            raise
        raise ValidationError({"numbers": _("Some of these numbers are in the ledger already.")}) from error
    record("blanks.received", paper_row, actor=actor)
    return paper_row
