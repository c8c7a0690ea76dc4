"""Agencies and the check policy a new installation begins with (domain §6.1, §6.3). Only missing rows are made."""

from django.conf import settings

from agencies.connectors.registry import registry as questions
from agencies.models import Agency, CheckPolicy, QuestionRule, QuestionSettings

AGENCIES = [
    ("migraciones", "Superintendencia Nacional de Migraciones", "Migraciones"),
    ("pnp", "Policía Nacional del Perú", "PNP"),
    ("pj", "Poder Judicial", "Poder Judicial"),
    ("inpe", "Instituto Nacional Penitenciario", "INPE"),
    ("interpol", "INTERPOL (OCN Lima)", "INTERPOL"),
    ("sbs", "Superintendencia de Banca, Seguros y AFP", "SBS"),
    ("reniec", "Registro Nacional de Identificación y Estado Civil", "RENIEC"),
    ("sunat", "Superintendencia Nacional de Aduanas y de Administración Tributaria", "SUNAT"),
    ("mtc", "Ministerio de Transportes y Comunicaciones", "MTC"),
    ("mtpe", "Ministerio de Trabajo y Promoción del Empleo", "MTPE"),
]

FRESHNESS = "Certificados de antecedentes: vigencia de 90 días (PNP, INPE); reiteración por disposición interna"
BASIS = "DL 1350; DL 1246 (interoperabilidad)"
# what every visa asks (domain §6.3, column "visa tourist")
EVERY_VISA = ["migraciones.alerts", "pnp.requisitorias", "interpol.sltd", "interpol.nominals", "sbs.un_list"]
# what resident and humanitarian visas ask besides
RECORDS = ["pnp.antecedentes", "pj.antecedentes", "inpe.antecedentes"]
WITH_RECORDS = [
    "humanitaria", "trabajador", "formacion", "inversionista", "religioso", "rentista", "familiar-residente",
    "cooperante", "intercambio", "periodista",
]  # fmt: skip
# who comes to work: the contract that the labour authority approved. Not asked until legal affairs has confirmed on
# what basis MTPE may answer (domain §14, item 11); an administrator then ticks "active"
WORK = ["trabajador"]
UNCONFIRMED = {"mtpe.contract"}
# the criminal-record services go on with a flag; borders, warrants and lists block
PROCEED = {"pnp.antecedentes", "pj.antecedentes", "inpe.antecedentes", "mtpe.contract"}


def load() -> int:
    """Make the rows that are missing; returns how many. A demonstration's agencies all live at the simulator."""
    made = 0
    for code, name, short_name in AGENCIES:
        _row, created = Agency.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "short_name": short_name,
                "base_url": f"{settings.SIMULATOR_URL.rstrip('/')}/"
                if settings.SIMULATOR_URL
                else "https://pide.invalid/",
                "credentials": f"AGENCY_{code.upper()}",
            },
        )
        made += created
    wanted = [("", question) for question in EVERY_VISA]
    wanted += [(subtype, question) for subtype in WITH_RECORDS for question in RECORDS]
    wanted += [(subtype, "mtpe.contract") for subtype in WORK]
    for subtype, question in wanted:
        _row, created = CheckPolicy.objects.get_or_create(
            procedure="visa", subtype=subtype, nationality="", role="applicant", question=question,
            minimum_age=14 if question in RECORDS else None, maximum_age=None,
            defaults={
                "legal_basis": BASIS,
                "purpose": "Evaluación de visa",
                "on_outage": "proceed" if question in PROCEED else "block",
                "active": question not in UNCONFIRMED,
            },
        )  # fmt: skip
        made += created
    for connector in questions.all():
        manifest = connector.manifest
        _row, created = QuestionRule.objects.get_or_create(
            question=manifest.code,
            defaults={
                "freshness_days": manifest.freshness_days,
                "ask_again": manifest.reask_at_decision,
                "second_officer": manifest.grave,
                "legal_basis": FRESHNESS,
            },
        )
        made += created
        _row, created = QuestionSettings.objects.get_or_create(question=connector.manifest.code)
        made += created
    return made
