"""Resolutions, minutes, notifications and receipts, in their current wording."""

from dataclasses import replace

from django.db import connection

from audit import services as audit
from cases.models import Attachment, Case
from documents.instruments import Head, Instrument
from documents.numbers import next_number
from documents.pdf import render
from documents.services.keeping import keep_signed
from documents.signatures import services as signatures
from offices.models import User


def write_instrument(case: Case, instrument: Instrument, *, actor: User | None) -> Attachment:
    """Give an instrument the next number of its series, produce it in its current wording and keep it with the case.

    Raises DocumentError when there is no wording (in its reader's language too), a name of it has no value, or no
    typeface can set it, or it has to be signed and can not be.
    """
    assert connection.in_atomic_block, "an instrument belongs to the act that makes it"
    day = case.office.today()
    text = instrument.text()
    head = Head(next_number(instrument.series), case.number, case.office.name, case.office.city, day)
    instrument = replace(instrument, digital=signatures.signs(instrument.series))
    attachment = keep_signed(
        case,
        render(instrument.layout, instrument.data(head, text), day=day),
        kind=instrument.series,
        day=day,
        name=f"{instrument.series}-{head.number}.pdf",
        label=f"{instrument.name} {head.number}",
        actor=actor,
    )
    audit.record(
        "instrument.written",
        actor=actor,
        office_id=case.office_id,
        case_id=case.pk,
        person_id=case.applicant_id,
        data={"number": head.number, "kind": instrument.series, "attachment": attachment.pk, "text": text.edition},
    )
    return attachment
