"""The first version of each text, as an empty installation has it. None is verified by the legal office (``verified``
is off), and translations are to be reviewed by a sworn translator before they are used."""

LPAG = "TUO de la Ley 27444 (DS 004-2019-JUS)"
TRANSLATION = "Traducción informativa, por revisar [A]"

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
    {
        "code": "notification",
        "subject": "Notificación de acto administrativo",
        "legal_basis": f"{LPAG}, arts. 16, 20, 21, 24, 217 a 222 [U]",
        "body": """Se notifica a usted el acto administrativo «{act} N.º {act_number}», de fecha {act_date}, emitido \
en el expediente {number}, cuyo texto íntegro se adjunta. El acto surte efectos desde esta notificación.

[if ends_route] El acto agota la vía administrativa.

[if reconsiderable] Contra el acto puede interponer recurso de reconsideración, sustentado en nueva prueba, ante el \
mismo órgano que lo dictó, dentro de los {term_days} días hábiles siguientes a esta notificación.

[if appealable] Contra el acto puede interponer recurso de apelación ante el mismo órgano que lo dictó, que lo elevará \
a su superior, dentro de los {term_days} días hábiles siguientes a esta notificación.

Si no comprende el contenido del acto, puede pedir a esta oficina que se lo explique en un idioma que entienda.

Atentamente,""",
    },
    {
        "code": "notification",
        "language": "en",
        "subject": "Notice of a decision in your case",
        "legal_basis": TRANSLATION,
        "body": """A decision has been taken in your case {number}: {act} No. {act_number} of {act_date}. Its full \
text, in Spanish, is attached. It takes effect when you receive this notice.

[if ends_route] The decision is final within the administration.

[if reconsiderable] You may ask the authority that took the decision to reconsider it, with new evidence, within \
{term_days} working days from the day after this notice.

[if appealable] You may appeal against the decision, through the authority that took it, within {term_days} working \
days from the day after this notice.

If you do not understand the decision, ask this office ({office}, {city}) to explain it in a language that you \
understand.

This text is for your information; the Spanish text is the one with legal effect.""",
    },
    {
        "code": "notification",
        "language": "fr",
        "subject": "Notification d’une décision concernant votre dossier",
        "legal_basis": TRANSLATION,
        "body": """Une décision a été prise dans votre dossier {number} : {act} n.º {act_number} du {act_date}. Le \
texte intégral, en espagnol, est joint. Elle prend effet à la réception de la présente notification.

[if ends_route] La décision est définitive au sein de l’administration.

[if reconsiderable] Vous pouvez demander à l’autorité qui a pris la décision de la réexaminer, avec de nouveaux \
éléments de preuve, dans un délai de {term_days} jours ouvrables à compter du lendemain de la présente notification.

[if appealable] Vous pouvez faire appel de la décision, par l’intermédiaire de l’autorité qui l’a prise, dans un délai \
de {term_days} jours ouvrables à compter du lendemain de la présente notification.

Si vous ne comprenez pas la décision, demandez à ce bureau ({office}, {city}) de vous l’expliquer dans une langue que \
vous comprenez.

Le présent texte est fourni à titre d’information ; seul le texte espagnol produit des effets juridiques.""",
    },
    {
        "code": "notification",
        "language": "pt",
        "subject": "Notificação de uma decisão sobre o seu processo",
        "legal_basis": TRANSLATION,
        "body": """Foi tomada uma decisão no seu processo {number}: {act} n.º {act_number}, de {act_date}. O texto \
integral, em espanhol, segue em anexo. A decisão produz efeitos a partir do recebimento desta notificação.

[if ends_route] A decisão é definitiva na via administrativa.

[if reconsiderable] Contra a decisão cabe pedido de reconsideração, com novas provas, perante a autoridade que a \
tomou, no prazo de {term_days} dias úteis contados do dia seguinte ao desta notificação.

[if appealable] Contra a decisão cabe recurso, apresentado à autoridade que a tomou, no prazo de {term_days} dias \
úteis contados do dia seguinte ao desta notificação.

Se não compreender a decisão, peça a este escritório ({office}, {city}) que a explique num idioma que compreenda.

Este texto é apenas informativo; somente o texto em espanhol produz efeitos jurídicos.""",
    },
    {
        "code": "notification",
        "language": "ar",
        "subject": "إشعار بقرار في ملفكم",
        "legal_basis": TRANSLATION,
        "body": """صدر قرار في ملفكم رقم {number}: {act} رقم {act_number} بتاريخ {act_date}. ويُرفق النص الكامل باللغة \
الإسبانية. ويسري القرار من تاريخ استلام هذا الإشعار.

[if ends_route] هذا القرار نهائي أمام الإدارة.

[if reconsiderable] يجوز لكم أن تطلبوا من الجهة التي أصدرت القرار إعادة النظر فيه، مع تقديم دليل جديد، خلال \
{term_days} يوم عمل اعتبارًا من اليوم التالي لهذا الإشعار.

[if appealable] يجوز لكم الطعن في القرار، عن طريق الجهة التي أصدرته، خلال {term_days} يوم عمل اعتبارًا من اليوم \
التالي لهذا الإشعار.

إذا لم تفهموا القرار، فاطلبوا من هذا المكتب ({office}، {city}) أن يشرحه لكم بلغة تفهمونها.

هذا النص للعلم فقط، والنص الإسباني وحده له أثر قانوني.""",
    },
    {
        "code": "resolution",
        "subject": "Resolución",
        "legal_basis": f"{LPAG}, arts. 3, 4, 6 [U]",
        "body": """[visto]

El expediente {number}, sobre {matter}, presentado por {applicant}; y

{facts}

[considerando]

{grounds}

[resuelve]

{articles}

[cierre]

Regístrese, comuníquese y archívese.""",
    },
    {
        "code": "minutes",
        "subject": "Acta de sesión",
        "legal_basis": f"{LPAG}, arts. 107 a 115 [U]",
        "body": """[apertura]

En {city}, el {date}, a las {begins}, se reunieron los miembros de {body} que se indican a continuación. Verificado el \
quórum con {present} miembros presentes, se dio inicio a la sesión.

[cierre]

Sin otro asunto que tratar, se levantó la sesión a las {ends}. Leída la presente acta, la suscriben el presidente y el \
secretario en señal de conformidad.""",
    },
    {
        "code": "receipt",
        "subject": "Constancia de pago",
        "legal_basis": "Tarifa de derechos consulares; TUPA del Ministerio de Relaciones Exteriores [U]",
        "body": """La tasa corresponde a la tramitación del expediente y no es materia de devolución ni de \
transferencia.""",
    },
)
