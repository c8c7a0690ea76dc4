"""The timeline speaks of documents in sentences, not in the names of events."""

from django.db import transaction
from django.utils import translation

from cases.timeline import timeline
from documents import services


def test_a_life_in_sentences(issue, visa, house):
    with transaction.atomic():
        document = issue()
        services.confirm_quality(document, actor=house.printer)
        services.deliver(document, actor=house.delivery, receiver="Anna Eriksson", receiver_document="L898902C3")
    with translation.override("es-pe"):
        titles = [entry.title for entry in timeline(visa)[0]]
    said = [title for title in titles if document.number in title]
    assert said == [
        f"Documento {document.number} entregado",
        f"Documento {document.number}: control de calidad conforme",
        f"Documento {document.number} producido",
    ]
