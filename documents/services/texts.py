"""The wording of letters and messages is published, never changed."""

from django.db import transaction
from django.db.models import Max

from audit import services as audit
from documents.models import TextTemplate
from offices.configuration import forget_configuration
from offices.models import User


@transaction.atomic
def publish_text(
    *, actor: User | None, code: str, language: str = "es", subject: str = "", body: str, legal_basis: str = "",
    verified: bool = False, change_note: str = "",
) -> TextTemplate:  # fmt: skip
    """Put a new version of a text into use; the earlier ones stay. Raises ValidationError by field."""
    rows = TextTemplate.objects.filter(code=code, language=language)
    latest = rows.aggregate(latest=Max("version"))["latest"] or 0
    text = TextTemplate(
        code=code, language=language, version=latest + 1, subject=subject, body=body, legal_basis=legal_basis,
        verified=verified, change_note=change_note, by=actor,
    )  # fmt: skip
    text.full_clean()
    text.save(force_insert=True)
    audit.record("text.published", actor=actor, data={"text": text.edition}, reason=change_note)
    forget_configuration()
    return text
