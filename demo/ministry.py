"""The demonstration ministry: Lima, twelve posts on four continents with their calendars, and those who work there."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile

from demo import files
from demo.accounts import KEEPER, PASSWORD, SECOND_KEEPER, STAFF, Member
from documents.models import BlankKind
from documents.services import blanks
from documents.services.blanks import Paper
from offices import services as offices
from offices.configuration import forget_configuration
from offices.models import Calendar, CalendarDay, Office, User
from offices.roles import Role

SINCE = datetime(2025, 1, 2, 13, tzinfo=UTC)
Kind = Office.Kind

# code, name, kind, depends on, city, country, time zone, calendar: countries and weekend
OFFICES = (
    ("RREE", "Ministerio de Relaciones Exteriores", Kind.MINISTRY, "", "Lima", "PE", "America/Lima", "PE", "5,6"),
    ("DGC", "Dirección General de Comunidades Peruanas en el Exterior y Asuntos Consulares", Kind.DIRECTORATE, "RREE",
     "Lima", "PE", "America/Lima", "PE", "5,6"),
    ("DPI", "Dirección de Privilegios e Inmunidades", Kind.DIRECTORATE, "RREE", "Lima", "PE",
     "America/Lima", "PE", "5,6"),
    ("SCL", "Consulado General en Santiago", Kind.CONSULATE_GENERAL, "DGC", "Santiago de Chile", "CL",
     "America/Santiago", "PE,CL-RM", "5,6"),
    ("BUE", "Consulado General en Buenos Aires", Kind.CONSULATE_GENERAL, "DGC", "Buenos Aires", "AR",
     "America/Argentina/Buenos_Aires", "PE,AR", "5,6"),
    ("MIA", "Consulado General en Miami", Kind.CONSULATE_GENERAL, "DGC", "Miami", "US", "America/New_York",
     "PE,US-FL", "5,6"),
    ("MEX", "Sección Consular en Ciudad de México", Kind.CONSULAR_SECTION, "DGC", "Ciudad de México", "MX",
     "America/Mexico_City", "PE,MX", "5,6"),
    ("MAD", "Consulado General en Madrid", Kind.CONSULATE_GENERAL, "DGC", "Madrid", "ES", "Europe/Madrid",
     "PE,ES-MD", "5,6"),
    ("ROM", "Consulado General en Roma", Kind.CONSULATE_GENERAL, "DGC", "Roma", "IT", "Europe/Rome", "PE,IT-RM", "5,6"),
    ("PAR", "Consulado General en París", Kind.CONSULATE_GENERAL, "DGC", "París", "FR", "Europe/Paris", "PE,FR", "5,6"),
    ("GVA", "Consulado General en Ginebra", Kind.CONSULATE_GENERAL, "DGC", "Ginebra", "CH", "Europe/Zurich",
     "PE,CH-GE", "5,6"),
    ("TYO", "Consulado General en Tokio", Kind.CONSULATE_GENERAL, "DGC", "Tokio", "JP", "Asia/Tokyo", "PE,JP", "5,6"),
    ("SHA", "Consulado General en Shanghái", Kind.CONSULATE_GENERAL, "DGC", "Shanghái", "CN", "Asia/Shanghai",
     "PE,CN", "5,6"),
    ("PRY", "Sección Consular en Pretoria", Kind.CONSULAR_SECTION, "DGC", "Pretoria", "ZA", "Africa/Johannesburg",
     "PE,ZA", "5,6"),
    ("CAI", "Sección Consular en El Cairo", Kind.CONSULAR_SECTION, "DGC", "El Cairo", "EG", "Africa/Cairo",
     "PE,EG", "4,5"),
)  # fmt: skip
POSTS = tuple(row[0] for row in OFFICES if row[2] not in (Kind.MINISTRY, Kind.DIRECTORATE))

PLACES = {row[0]: f"{row[4]} ({row[0]})" for row in OFFICES}
"""«Santiago de Chile (SCL)» by code."""

# a post's own day of rest (month and day), beside those of the two countries
OWN_DAYS = {"SCL": (9, 17, "Feriado del puesto"), "TYO": (12, 29, "Cierre de fin de año")}


class Ministry:
    """Offices and people by what they are called in stories."""

    def __init__(self, offices_by_code: dict[str, Office], users: dict[str, User]):
        self.offices, self.users = offices_by_code, users
        self._by_id = {user.pk: user for user in users.values()}
        self._holders: dict[tuple[Role, str], list[User]] = {}
        for member in STAFF:
            for role, code in member.postings:
                self._holders.setdefault((role, code), []).append(users[member.username])

    def user(self, user_id: int) -> User:
        """The one object of a user: it remembers their rights."""
        return self._by_id[user_id]

    def holders(self, role: Role, code: str) -> list[User]:
        """Who holds a role at a post, or else above it."""
        return self._holders.get((role, code)) or self._holders.get((role, "DGC"), [])


def load(today: date) -> Ministry:
    """Make what is missing of the ministry; what is there stays as it is."""
    found = {office.code: office for office in Office.objects.select_related("calendar")}
    for code, name, kind, parent, city, country, zone, countries, weekend in OFFICES:
        if code in found:
            continue
        calendar, made = Calendar.objects.get_or_create(
            name="Lima" if country == "PE" else city, defaults={"countries": countries, "weekend": weekend}
        )
        if made and code in OWN_DAYS:
            _add_own_day(calendar, *OWN_DAYS[code], years=(today.year - 1, today.year, today.year + 1))
        found[code] = offices.place_office(
            Office(
                code=code, name=name, kind=kind, parent=found.get(parent), city=city, country=country, time_zone=zone,
                calendar=calendar,
            ),
            actor=None,
        )  # fmt: skip
    forget_configuration()
    return Ministry(found, _people(STAFF, found))


def _add_own_day(calendar: Calendar, month: int, day: int, name: str, *, years: Iterable[int]) -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=date(year, month, day), name=name, legal_basis="Resolución del puesto")
        for year in years
    )


def stock_blanks(house: Ministry) -> None:
    """Visa stickers: a series of the printer's in Lima, and a thousand at each post, sent and received by two."""
    kind = BlankKind.objects.get(document_kind="visa")
    lima, keeper = house.offices["DGC"], house.users[KEEPER]
    file = SimpleUploadedFile("acta.pdf", files.page("Acta de recepción de etiquetas de visa"), "application/pdf")
    many = 1_000 * (len(POSTS) + 2)
    blanks.receive(
        kind=kind, office=lima, numbers=f"V{1:08d}-V{many:08d}", actor=keeper,
        paper=Paper("Acta 001-2025-DGC", SINCE.date(), party="Imprenta (demostración)", file=file),
    )  # fmt: skip
    for number, code in enumerate(POSTS):
        first = 1_000 * number
        transfer = blanks.send(
            kind=kind, office=lima, to_office=house.offices[code], actor=keeper,
            numbers=f"V{first + 1:08d}-V{first + 1_000:08d}",
            paper=Paper(f"Guía {number + 1:03d}-2025-DGC", SINCE.date()),
        )  # fmt: skip
        blanks.arrive(transfer, actor=house.users[SECOND_KEEPER])


def _people(staff: Iterable[Member], found: dict[str, Office]) -> dict[str, User]:
    """The users by name; who is missing is made and posted."""
    users = {user.username: user for user in User.objects.filter(username__in=[member.username for member in staff])}
    password = ""
    for number, member in enumerate(staff, 1):
        if member.username in users:
            continue
        password = password or make_password(PASSWORD)  # once: hashing is slow by design, and all have the same
        user = users[member.username] = User.objects.create(
            username=member.username,
            first_name=member.first_name,
            last_name=member.last_name,
            email=f"{member.username}@rree.example",
            password=password,
            date_joined=SINCE,
        )
        for role, code in member.postings:
            offices.open_posting(
                actor=None, user=user, office=found[code], role=role, since=SINCE,
                source=f"Resolución Directoral {number:03d}-2025-RE (demostración)",
            )  # fmt: skip
    return users
