"""What an empty installation begins with: version 1 of each text (administrators publish the later ones), the kinds of
controlled blanks, and the grounds on which a document changes its state.

Legal references come from the project's law register and are not verified by the legal office: ``verified`` is off.
"""

from documents.models import BlankKind, DocumentSeries, LifeGround, SigningRule, TextTemplate
from documents.numbers import PREFIXES
from offices.configuration import forget_configuration

TEXTS: tuple[dict[str, str], ...] = (
    {
        "code": "letter_visa_refusal",
        "subject": "Comunica decisión sobre su solicitud de visa",
        "legal_basis": "DL 1350; DS 007-2017-IN; TUO de la Ley 27444 (DS 004-2019-JUS), arts. 24, 218 a 220",
        "body": """Me dirijo a usted en relación con su solicitud de visa «{visa_class}», registrada con el expediente \
{number} ante esta oficina.

Concluida la evaluación, con fecha {decided_on} se ha resuelto denegar la visa solicitada, conforme al Decreto \
Legislativo N.º 1350, Decreto Legislativo de Migraciones, y a su Reglamento, aprobado por el Decreto Supremo \
N.º 007-2017-IN.

[if grounds] La decisión se sustenta en lo siguiente:

[if grounds] {grounds}

[if not grounds] Los motivos de la decisión son de carácter reservado.

[if appealable] Contra esta decisión puede interponer recurso de reconsideración, con nueva prueba, o recurso de \
apelación, dentro de los quince (15) días hábiles siguientes a la notificación de la presente, ante esta misma \
oficina, conforme a los artículos 218, 219 y 220 del Texto Único Ordenado de la Ley N.º 27444, Ley del Procedimiento \
Administrativo General, aprobado por el Decreto Supremo N.º 004-2019-JUS.

[if not appealable] El otorgamiento de visas es una potestad del Estado peruano y contra esta decisión no procede \
recurso administrativo. Usted puede presentar una nueva solicitud, acompañada de la documentación que corresponda.

La tasa abonada por el trámite no es materia de devolución.

Atentamente,""",
    },
    {
        "code": "message_observed",
        "body": """Estimado/a solicitante:

Hemos recibido su solicitud {number}. Para continuar con el trámite es necesario lo siguiente:

{observations}

Preséntelo en nuestra oficina ({office}).

Este mensaje se envía automáticamente; por favor, no lo responda.""",
    },
    {
        "code": "message_granted",
        "body": """Estimado/a solicitante:

Su solicitud {number} ha sido aprobada y el documento está listo para la entrega.

Acérquese a nuestra oficina ({office}) con su pasaporte original y vigente.

Este mensaje se envía automáticamente; por favor, no lo responda.""",
    },
    {
        "code": "message_denied",
        "body": """Estimado/a solicitante:

Se ha tomado una decisión sobre su solicitud {number}. La encontrará en la carta adjunta.

Si necesita más información, acérquese a nuestra oficina ({office}).

Este mensaje se envía automáticamente; por favor, no lo responda.""",
    },
)


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
SIGNED = (("letter", True), ("visa", False))
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
        if not TextTemplate.objects.filter(code=text["code"], language="es").exists():
            TextTemplate.objects.create(language="es", version=1, **text)
            added += 1
    forget_configuration()
    return added
