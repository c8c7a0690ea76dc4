"""What an empty installation begins with: version 1 of each text (administrators publish the later ones), the kinds of
controlled blanks, and the grounds on which a document changes its state.

Legal references come from the project's law register and are not verified by the legal office: ``verified`` is off.
"""

from documents.default_texts import TEXTS
from documents.errors import DocumentError
from documents.fonts import families_for
from documents.models import BlankKind, DocumentSeries, LifeGround, SigningRule, TextTemplate
from documents.numbers import PREFIXES
from offices.configuration import forget_configuration

LEDGER = "Libro de control de especies valoradas [A]"
# code, name, document, procedure, whether missing ones are reported to SLTD (travel documents and visas);
# what of these a post really keeps is to be confirmed with RREE (domain §0.2, [A])
BLANKS = (
    ("etiqueta-visa", "Etiquetas de visa", "visa", "visa", True),
    ("libreta-pasaporte", "Libretas de pasaporte", "passport", "passport", True),
    ("lamina-salvoconducto", "Láminas de salvoconducto", "safeconduct", "safeconduct", True),
    ("tarjeta-identidad", "Tarjetas de carné de identidad", "idcard", "idcard", False),
    ("tarjeta-abtc", "Tarjetas ABTC", "abtc", "abtc", False),
)
SIGNATURES = "Ley 27269, Ley de Firmas y Certificados Digitales; Reglamento, DS 052-2008-PCM [A]"
# kind, signed: what leaves as a file is signed; a visa's page is printed on its sticker, whose seal is its signature
SIGNED = (
    ("letter", True), ("visa", False), ("resolution", True), ("minutes", False), ("notification", True),
    ("receipt", False),
)  # fmt: skip
CONSULAR = "Vocabulario del sistema consular de RREE [A]"
# state, code, text
LIFE_GROUNDS = (
    ("suspended", "investigacion", "Investigación en curso sobre su otorgamiento"),
    ("suspended", "medida-judicial", "Medida de la autoridad judicial"),
    ("active", "levantamiento", "Se levanta la suspensión"),
    ("lost", "perdida", "El titular declara la pérdida"),
    ("lost", "perdida-envio", "Pérdida en el envío"),
    ("stolen", "robo", "Robo o hurto denunciado ante la autoridad policial"),
    ("damaged", "deterioro", "Deterioro que impide su lectura"),
    ("cancelled", "fraude", "Fraude descubierto después del otorgamiento"),
    ("cancelled", "solicitud-titular", "A solicitud del titular"),
    ("cancelled", "error-material", "Error material en el documento"),
    ("revoked", "nulidad", "Nulidad de oficio del acto que lo otorgó"),
    ("revoked", "alerta", "Alerta de autoridad competente"),
    ("superseded", "reemplazo", "Reemplazado por otro documento"),
    ("superseded", "nuevo-pasaporte", "Trasladado a un nuevo pasaporte"),
    ("returned", "entrega-voluntaria", "Devuelto por el titular"),
    ("returned", "hallado", "Hallado y entregado a la oficina; sigue sin validez"),
)


def load() -> int:
    """Add the rows that are not there yet; returns how many. What exists is not touched."""
    added = 0
    for code, name, document, procedure, reported in BLANKS:
        _kind, created = BlankKind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "document_kind": document,
                "procedure": procedure,
                "report_missing": reported,
                "legal_basis": LEDGER,
            },
        )
        added += created
    for state, code, ground in LIFE_GROUNDS:
        _ground, created = LifeGround.objects.get_or_create(
            state=state, code=code, defaults={"text": ground, "legal_basis": CONSULAR}
        )
        added += created
    for kind, signed in SIGNED:
        _rule, created = SigningRule.objects.get_or_create(
            kind=kind, defaults={"signed": signed, "legal_basis": SIGNATURES}
        )
        added += created
    for kind, prefix in PREFIXES.items():
        _row, created = DocumentSeries.objects.get_or_create(kind=kind, defaults={"prefix": prefix})
        added += created
    for text in TEXTS:
        language = text.get("language", "es")
        if not _can_be_set(text) or TextTemplate.objects.filter(code=text["code"], language=language).exists():
            continue
        TextTemplate.objects.create(version=1, **{**text, "language": language})
        added += 1
    forget_configuration()
    return added


def _can_be_set(text: dict[str, str]) -> bool:
    """Whether the installed typefaces have its script: a text that can not be printed is not offered."""
    try:
        families_for(text["body"])
    except DocumentError:
        return False
    return True
