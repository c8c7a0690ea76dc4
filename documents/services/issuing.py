"""A document comes to be: its number, its zone, its page."""

from django.db import connection
from django.utils.translation import gettext as _

from cases.acts import note
from cases.errors import StateConflict
from cases.models import Attachment, Case
from documents.content import DocumentContent
from documents.errors import DocumentError
from documents.models import IssuedDocument
from documents.numbers import LENGTH, next_number
from documents.pages import PAGES
from documents.pdf import render
from documents.seals.services import keep_seal, make_seal
from documents.services.blanks import using
from documents.services.keeping import keep_signed, move, record
from icao.mrz import Format, MrzError, MrzSpec, PartialDate, write
from offices.models import User

ISSUER = "PER"


def issue(case: Case, *, content: DocumentContent, actor: User | None) -> IssuedDocument:
    """Give a document its number, write its zone and produce its page.

    The number is that of the controlled blank it is printed on (the case's, or the office's next one); kinds without
    blanks have a series. Raises StateConflict when the case has a standing document of this kind, DocumentError when
    its zone or its page can not be made, or the office has no blank left.
    """
    assert connection.in_atomic_block, "a document belongs to the act that issues it"
    if IssuedDocument.objects.standing().filter(case_id=case.pk, kind=content.kind).exists():
        raise StateConflict(_("This case already has its document."), code="issued")
    blank = using.assign(case, document_kind=content.kind, actor=actor)
    number = blank.number if blank is not None else next_number(content.kind)
    holder = content.holder
    _check_photo(content.photo, case)
    document = IssuedDocument(
        case=case,
        kind=content.kind,
        number=number,
        blank=blank,
        holder=holder,
        issued_by_office_id=case.office_id,
        mrz_format=content.mrz_format,
        mrz="\n".join(zone_lines(content, number)),
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        photo=content.photo,
        fields={
            **content.fields,
            "primary": holder.primary,
            "secondary": holder.secondary,
            "sex": holder.sex,
            "birth_date": holder.birth_date,
            "nationality": content.nationality or holder.nationality,
            "passport_number": content.passport.number if content.passport else "",
            "passport_issuer": content.passport.issuer if content.passport else "",
        },
    )
    seal = make_seal(document, day=case.office.today())
    document.pdf = _produce(document, case, actor=actor)
    document.save(force_insert=True)
    keep_seal(document, seal)
    if blank is not None:
        using.personalise(blank, actor=actor)
    data = {"attachment": document.pdf_id, "photo": document.photo_id}
    record("document.issued", document, case, actor=actor, data=data)
    return document


def produce_again(document: IssuedDocument, *, photo: Attachment, actor: User) -> None:
    """Produce the page once more with another portrait, before it is printed well: same number, zone and seal. The
    page before stays among the files of the case.

    Raises StateConflict unless the print waits for control, DocumentError when the portrait can not be printed.
    """
    case = document.case
    _check_photo(photo, case)
    document.photo = photo
    pdf = _produce(document, case, actor=actor)
    move(document, IssuedDocument.State.PERSONALISED, IssuedDocument.State.PERSONALISED, photo=photo, pdf=pdf)
    record("document.produced_again", document, case, actor=actor, data={"attachment": pdf.pk, "photo": photo.pk})


def _produce(document: IssuedDocument, case: Case, *, actor: User | None) -> Attachment:
    """The page of a document as a file of its case, signed where its kind is."""
    page = PAGES[document.kind]
    return keep_signed(
        case,
        render(page.layout, page.content(document), day=document.valid_from),
        kind=document.kind,
        day=case.office.today(),
        name=f"{document.kind}-{document.number}.pdf",
        label=f"{page.title} {document.number}",
        actor=actor,
    )


def _check_photo(photo: Attachment | None, case: Case) -> None:
    """A portrait comes from the file of its own case and from nowhere else."""
    if photo is not None and photo.case_id != case.pk:
        raise DocumentError(_("The photograph is not of this case."))


def zone_lines(content: DocumentContent, number: str) -> tuple[str, ...]:
    """The lines of the zone; none for a document without. A visa's number goes into it when it has nine characters or
    fewer, else the passport's (ICAO 9303-7 §4.2.2)."""
    if not content.mrz_format:
        return ()
    own = content.passport is None or len(number) <= LENGTH or not content.mrz_format.startswith("MRV")
    holder = content.holder
    try:
        return write(
            MrzSpec(
                format=Format(content.mrz_format),
                document_code=content.document_code,
                issuer=ISSUER,
                primary=holder.primary,
                secondary=holder.secondary,
                number=number if own or content.passport is None else content.passport.number,
                nationality=content.nationality or holder.nationality,
                optional=content.personal_number,
                birth_date=PartialDate.parse(holder.birth_date),
                sex=holder.sex,
                expiry_date=content.valid_until,
                issue_date=content.valid_from,
                number_is_visa_number=own and content.mrz_format.startswith("MRV"),
            ),
            today=content.valid_from,
        )
    except MrzError as error:
        wrong = ", ".join(f"{each.field} ({each.code})" for each in error.errors)
        raise DocumentError(
            _("The machine-readable zone can not be written: %(fields)s.") % {"fields": wrong}
        ) from None


def assign_blank(case: Case, *, kind: str, actor: User | None = None) -> str:
    """Give a case the blank of its coming document, before anything is printed: its number, or "" for documents on
    plain paper. Raises DocumentError when the office has none left."""
    blank = using.assign(case, document_kind=kind, actor=actor)
    if blank is None:
        return ""
    note(case, "blank.assigned", actor=actor, data={"blank": blank.pk, "number": blank.number})
    return blank.number


def current(case: Case, kind: str = "") -> IssuedDocument:
    """The document of a case that is neither spoilt nor ended (of ``kind``, when it may have several).

    Raises StateConflict when there is none.
    """
    standing = IssuedDocument.objects.standing().filter(case_id=case.pk)
    document = (standing.filter(kind=kind) if kind else standing).order_by("-id").first()
    if document is None:
        raise StateConflict(_("This case has no document."), code="no_document")
    document.case = case
    return document
