"""The configuration a new installation begins with, each row with its source (domain §5.1, §4, §6.3). Rows tagged [U]
or [A] there are ``verified=False`` until the legal office confirms them. Nothing an administrator has changed is
touched: only missing rows are made."""

from cases.models import ClockRule, Fee, Ground, Requirement
from visas.models import VisaClass

TEMPORARY, RESIDENT = VisaClass.Status.TEMPORARY, VisaClass.Status.RESIDENT
CONSUL, MINISTRY, MIGRACIONES = VisaClass.Family.CONSUL, VisaClass.Family.MINISTRY, VisaClass.Family.MIGRACIONES
LAW = "DL 1350 art. 27; DS 007-2017-IN"

# code, name, status, family, interview, stay in days, months to use, fee in USD (None: none configured), format
CLASSES = [
    ("turista", "Turista", TEMPORARY, CONSUL, True, 183, 6, "30.00", "MRV-A"),
    ("negocios", "Negocios", TEMPORARY, CONSUL, True, 183, 6, "30.00", "MRV-A"),
    ("transito", "Tránsito", TEMPORARY, CONSUL, False, 3, 3, "30.00", "MRV-B"),
    ("humanitaria", "Humanitaria", TEMPORARY, MINISTRY, True, 183, 6, "0.00", "MRV-A"),
    ("periodista", "Periodista", TEMPORARY, MINISTRY, True, 90, 6, "30.00", "MRV-A"),
    ("produccion-artistica", "Producción artística", TEMPORARY, MINISTRY, False, 90, 6, "30.00", "MRV-A"),
    ("diplomatico", "Diplomático", RESIDENT, MINISTRY, False, 0, 6, "0.00", "MRV-A"),
    ("consular", "Consular", RESIDENT, MINISTRY, False, 0, 6, "0.00", "MRV-A"),
    ("oficial", "Oficial", RESIDENT, MINISTRY, False, 0, 6, "0.00", "MRV-A"),
    ("familiar-oficial", "Familiar de oficial", RESIDENT, MINISTRY, False, 0, 6, "0.00", "MRV-A"),
    ("cooperante", "Cooperante", RESIDENT, MINISTRY, False, 365, 6, "0.00", "MRV-A"),
    ("intercambio", "Intercambio", RESIDENT, MINISTRY, True, 365, 6, "30.00", "MRV-A"),
    ("trabajador", "Trabajador", RESIDENT, MIGRACIONES, True, 365, 6, "30.00", "MRV-A"),
    ("formacion", "Formación", RESIDENT, MIGRACIONES, True, 365, 6, "30.00", "MRV-A"),
    ("inversionista", "Inversionista", RESIDENT, MIGRACIONES, True, 365, 6, "30.00", "MRV-A"),
    ("religioso", "Religioso", RESIDENT, MIGRACIONES, True, 365, 6, "30.00", "MRV-A"),
    ("rentista", "Rentista", RESIDENT, MIGRACIONES, True, 0, 6, "30.00", "MRV-A"),
    ("familiar-residente", "Familiar de residente", RESIDENT, MIGRACIONES, True, 365, 6, "30.00", "MRV-A"),
]

CARACAS = "Requisitos del Consulado General en Caracas (2025)"
# subtype, code, name, help, from age, position
REQUIREMENTS = [
    ("", "pasaporte", "Copia del pasaporte", "Página de datos, legible.", None, 10),
    ("", "formulario", "Formulario DGC 005", "Firmado por el solicitante.", None, 20),
    ("", "foto", "Fotografía a color", "Reciente, fondo blanco.", None, 30),
    ("turista", "antecedentes", "Antecedentes penales apostillados", "Del país de residencia.", 18, 40),
    ("turista", "fondos", "Prueba de solvencia", "Movimientos bancarios de tres meses.", None, 50),
    ("turista", "pasaje", "Pasaje de ida y vuelta", "", None, 60),
    ("turista", "alojamiento", "Reserva de alojamiento o carta de invitación", "", None, 70),
    ("negocios", "empresa", "Carta de la empresa", "Con el objeto y la duración de la visita.", None, 40),
    ("negocios", "fondos", "Prueba de solvencia", "", None, 50),
    ("transito", "pasaje", "Pasaje al país de destino", "", None, 40),
    ("humanitaria", "antecedentes", "Antecedentes penales apostillados", "", 18, 40),
    ("periodista", "acreditacion", "Acreditación del medio", "", None, 40),
    ("diplomatico", "nota", "Nota verbal", "De la cancillería que acredita.", None, 40),
    ("consular", "nota", "Nota verbal", "", None, 40),
    ("oficial", "nota", "Nota verbal", "", None, 40),
    ("familiar-oficial", "nota", "Nota verbal", "", None, 40),
    ("familiar-oficial", "vinculo", "Prueba del vínculo familiar", "", None, 50),
    ("cooperante", "convenio", "Convenio o acuerdo de cooperación", "", None, 40),
    ("trabajador", "contrato", "Contrato de trabajo", "", None, 40),
    ("trabajador", "antecedentes", "Antecedentes penales apostillados", "", 18, 50),
    ("formacion", "matricula", "Constancia de matrícula", "", None, 40),
    ("familiar-residente", "vinculo", "Prueba del vínculo familiar", "", None, 40),
]

# code, unit, length, legal basis
CLOCKS = [
    ("case", "business_days", 7, "Consulado General en Santiago: evaluación en 7 días hábiles"),
    ("correct", "business_days", 2, "TUO Ley 27444 art. 136"),
    ("adjudicate", "business_days", 1, "Plazo interno"),
    ("authorise", "business_days", 15, "Plazo interno"),
    ("interview", "business_days", 3, "Plazo interno"),
    ("assess", "business_days", 5, "Plazo interno"),
    ("decide", "business_days", 2, "Plazo interno"),
    ("quality", "business_days", 1, "Plazo interno"),
    ("deliver", "business_days", 5, "TUO Ley 27444 art. 24"),
]
HUMANITARIAN_CLOCK = ("humanitaria", "case", "hours", 72, "Visa humanitaria: hasta 72 horas (2019)")

RRE = "Vocabulario del sistema consular de RREE"
# kind, code, text, text for the letter
GROUNDS = [
    ("deny", "documentacion-falsa", "Documentación falsa o adulterada", ""),
    ("deny", "insolvencia", "No acredita solvencia económica",
     "No se acreditaron medios económicos suficientes para la permanencia solicitada."),
    ("deny", "antecedentes", "Registra antecedentes", ""),
    ("deny", "enfermedad", "Razones de salud pública", ""),
    ("deny", "proposito", "El propósito del viaje no resulta creíble",
     "No se acreditó de modo suficiente el propósito del viaje."),
    ("deny", "arraigo", "No acredita arraigo en su país de residencia",
     "No se acreditaron vínculos suficientes con el país de residencia."),
    ("deny", "seguridad", "Razones de seguridad", ""),
    ("deny", "sin-autorizacion", "No se obtuvo la autorización requerida",
     "No se obtuvo la autorización que esta calidad migratoria requiere."),
    ("deny", "otro", "Otra razón", ""),
    ("withdrawn", "procedimiento", "Desistimiento del procedimiento (puede volver a presentarla)", ""),
    ("withdrawn", "pretension", "Desistimiento de la pretensión", ""),
    ("abandoned", "sin-respuesta", "El solicitante no respondió en el plazo", ""),
    ("abandoned", "no-asistio", "El solicitante no asistió a la entrevista", ""),
    ("void", "duplicada", "Solicitud duplicada", ""),
    ("void", "error-registro", "Error de registro", ""),
    ("void", "fraude", "Fraude descubierto después de la presentación", ""),
    ("not_filed", "no-subsano", "No subsanó las observaciones en el plazo", ""),
    ("spoilt", "zona-ilegible", "La zona de lectura mecánica no se lee", ""),
    ("spoilt", "datos", "Los datos no coinciden con el pasaporte", ""),
    ("spoilt", "impresion", "Defecto de impresión o de la etiqueta", ""),
]  # fmt: skip


def load() -> int:
    """Make the rows that are missing; returns how many."""
    made = 0
    for position, (code, name, status, family, interview, stay, months, amount, zone) in enumerate(CLASSES):
        _row, created = VisaClass.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "status": status, "family": family, "interview": interview, "stay_days": stay,
                "use_months": months, "mrv_format": zone, "position": 10 * (position + 1), "legal_basis": LAW,
            },
        )  # fmt: skip
        made += created
        _row, created = Fee.objects.get_or_create(
            procedure="visa", subtype=code, nationality="",
            defaults={"amount": amount, "currency": "USD", "legal_basis": CARACAS},
        )  # fmt: skip
        made += created
    for subtype, code, name, help_text, age, position in REQUIREMENTS:
        _row, created = Requirement.objects.get_or_create(
            procedure="visa", subtype=subtype, code=code,
            defaults={
                "name": name, "help_text": help_text, "minimum_age": age, "position": position,
                "legal_basis": CARACAS,
            },
        )  # fmt: skip
        made += created
    for code, unit, length, basis in CLOCKS:
        made += _clock("", code, unit, length, basis)
    made += _clock(*HUMANITARIAN_CLOCK)
    for kind, code, text, letter in GROUNDS:
        _row, created = Ground.objects.get_or_create(
            procedure="visa", kind=kind, code=code, defaults={"text": text, "letter_text": letter, "legal_basis": RRE}
        )
        made += created
    return made


def _clock(subtype: str, code: str, unit: str, length: int, basis: str) -> bool:
    _row, created = ClockRule.objects.get_or_create(
        procedure="visa", subtype=subtype, code=code, defaults={"unit": unit, "length": length, "legal_basis": basis}
    )
    return created
