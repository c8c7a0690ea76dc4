"""The applicants: names as their countries write them, with surnames that nobody bears.

Some are the simulator's own people, on whom its agencies hold something; they are asked for by name. Nobody else may
resemble those by accident (tests/demo holds the lists to that).
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from icao.mrz import Format, MrzSpec, PartialDate, write
from icao.names import fold
from simulator.cast import CAST


@dataclass(frozen=True)
class Country:
    """Where invented people come from: surnames, given names of women and men, places of birth, and the language of
    an interview. ``double``: two surnames are borne. ``exempt``: no visa is needed to visit, only to reside."""

    surnames: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    places: tuple[str, ...]
    language: str
    double: bool = False
    exempt: bool = False


def _country(surnames: str, women: str, men: str, places: str, language: str, **more: bool) -> Country:
    lists = (tuple(part.strip() for part in text.split(",")) for text in (surnames, women, men, places))
    return Country(*lists, language, **more)


COUNTRIES: dict[str, Country] = {
    "VEN": _country(
        "Bracamontoya, Guarisqueño, Tepuyano, Coquivacoa, Yaracuibo, Orinoqueda, Zulimarte, Ñáñezcoa",
        "Yulimar, María Fernanda, Génesis, Andreína", "José Gregorio, Wilmer, Ángel David, Leonel",
        "Maracaibo, Valencia, Barquisimeto, Mérida", "español", double=True,
    ),
    "CUB": _country(
        "Bayamesoto, Camagüeira, Matanzuela, Habanedo, Cienfuentera", "Yamilé, Dayana, Odalys, Marisleidy",
        "Yoandry, Lázaro, Osmel, Raydel", "La Habana, Holguín, Santa Clara", "español", double=True,
    ),
    "DOM": _country(
        "Quisqueyedo, Cibaeñez, Yunadela, Samanera", "Altagracia, Yokasta, Rosanna", "Radhamés, Starlin, Ramón Emilio",
        "Santo Domingo, Santiago de los Caballeros", "español", double=True,
    ),
    "HTI": _country(
        "Jeanbelmar, Dessaloire, Pétionvart, Artiboniel, Gonaïveau", "Marie-Ange, Rose-Laure, Guerline",
        "Jean-Robert, Wisly, Frantzy, Évens", "Port-au-Prince, Cap-Haïtien, Jacmel", "francés",
    ),
    "BOL": _country(
        "Illimaniri, Ñancahuazu, Tiwanacori, Sajameño, Pilcomayu", "Nieves, Roxana, Justina, Lidia",
        "Edwin, Grover, Rubén Darío, Hernán", "La Paz, El Alto, Cochabamba, Potosí", "español",
        double=True, exempt=True,
    ),
    "COL": _country(
        "Guatavitez, Magdalenoso, Chocoanzo, Sibundoya, Muiscarrero", "Luz Dary, Paola Andrea, Yesenia",
        "Jhon Fredy, Álvaro, Cristian Camilo", "Cali, Pasto, Bogotá, Leticia", "español", double=True, exempt=True,
    ),
    "NGA": _country(
        "Obafemiwa, Nwachukeze, Ezikelani, Tundaloye, Ìbukúnayo", "Ngozi, Aminat, Yétúndé, Blessing",
        "Emeka, Ṣegun, Ibrahim, Tochukwu", "Enugu, Ibadan, Kano, Lagos", "inglés",
    ),
    "GHA": _country(
        "Kwabenyiri, Asantewirri, Voltadzi", "Akosua, Abena, Esi", "Kofi, Yaw, Kwadwo", "Accra, Kumasi", "inglés",
    ),
    "EGY": _country(
        "El-Nakhlawi, Qamarani, Abu Zeitunar, Nilwahbi", "Yasmin, Nour el-Hoda, Salma", "Tarek, Hossam, Abdelrahman",
        "El Cairo, Alejandría, Asuán", "árabe",
    ),
    "SYR": _country(
        "Al-Zaytunari, Halabiyani, Qasyouneh, Al-Furatiyya", "Rima, Hala, Dalal", "Bassel, Anas, Maher",
        "Alepo, Damasco, Homs", "árabe",
    ),
    "MAR": _country(
        "Atlasri, Ben Zerhounar, Rifouadi, El-Sahraouin", "Zineb, Soukaina, Ghita", "Ayoub, Yassine, Mehdi",
        "Fez, Tánger, Agadir", "francés",
    ),
    "IND": _country(
        "Ramachandrula, Suryavanshikar, Gangavellam, Kaveriwala", "Aditi, Kavya, Meenakshi", "Rohan, Vikramjit, Arjun",
        "Pune, Kochi, Jaipur", "inglés",
    ),
    "PAK": _country(
        "Indusani, Margallawi, Chenabzai", "Mahnoor, Sana, Areeba", "Bilal, Usman, Hamza", "Lahore, Multán", "inglés",
    ),
    "CHN": _country(
        "Wenqiao, Zhaolin, Lüshan, Baiheng", "Meihua, Xiaoyun, Lijuan", "Jianhao, Zhiqiang, Tianyu",
        "Shanghái, Hangzhou, Chengdu", "chino mandarín",
    ),
    "VNM": _country(
        "Lươnghoa, Phạmsơn, Đặngtrà, Vũlâm", "Thị Bích Ngọc, Thùy Dương, Mỹ Hạnh", "Văn Đức, Quốc Bảo, Minh Khôi",
        "Hanói, Huế, Da Nang", "vietnamita",
    ),
    "PHL": _country(
        "Bayanihano, Magtalagan, Luzviminde", "Maricel, Jonalyn, Rowena", "Rodel, Jomar, Crisanto", "Cebú, Davao",
        "inglés",
    ),
    "ZWE": _country(
        "Chimanyika, Zambeziro, Mutapanda", "Tendai, Rutendo, Chipo", "Tinashe, Farai, Kudzai", "Harare, Bulawayo",
        "inglés",
    ),
    "UKR": _country(
        "Dniprenko, Karpatchuk, Zaporivenko, Chornohirets", "Oksana, Liudmyla, Yuliia", "Andrii, Bohdan, Mykhailo",
        "Lviv, Poltava, Járkov", "ucraniano", exempt=True,
    ),
    "RUS": _country(
        "Volgarenin, Yeniseichenko, Uralskikh", "Anastasiia, Ekaterina, Zhanna", "Dmitrii, Kirill, Fedor",
        "Kazán, Omsk", "ruso", exempt=True,
    ),
    "SWE": _country(
        "Åsjökvist, Björkåsen, Östrandell, Älvhammar", "Åsa, Malin, Göta", "Örjan, Håkan, Torbjörn",
        "Luleå, Malmö, Växjö", "inglés", exempt=True,
    ),
    "JPN": _country(
        "Morikazeno, Kawanamura, Yukishirota", "Haruka, Mitsuko, Aoi", "Daichi, Shinobu, Takumi", "Osaka, Sendai",
        "japonés", exempt=True,
    ),
    "FRA": _country(
        "Beaurivelle, Lefèvrard, Montclairaud", "Solène, Aurélie, Margaux", "Étienne, Loïc, Benoît", "Lyon, Rennes",
        "francés", exempt=True,
    ),
    "ITA": _country(
        "Bellacortese, D'Arcangiolo, Montelucini", "Chiara, Giulia, Federica", "Niccolò, Matteo, Davide",
        "Turín, Bari", "italiano", exempt=True,
    ),
    "ESP": _country(
        "Peñalbarra, Ibañezcue, Castrorrubio, Urruticoa", "Begoña, Nuria, Inmaculada", "Íñigo, Jesús, Ramón",
        "Sevilla, Vigo, Zaragoza", "español", double=True, exempt=True,
    ),
    "USA": _country(
        "Whitcombridge, O'Larrigan, Blackmoorland", "Ashley, Brianna, Caitlin", "Tyler, Marcus, Logan",
        "Houston, Tampa, Denver", "inglés", exempt=True,
    ),
    "BRA": _country(
        "Araguaíno, Sertãozeira, Jequitinhosa", "Thaís, Conceição, Luíza", "João Vítor, Antônio, Cauã",
        "Manaos, Recife, Curitiba", "portugués", exempt=True,
    ),
    "PER": _country(
        "Ñaupaquiroz, Muñozquiri, Huaytapampa, Yañezpuma", "Rocío, Milagros", "Ángel, Íñigo", "Tacna, Puno, Ilo",
        "español", double=True, exempt=True,
    ),
}  # fmt: skip

# who applies where, the commonest first
AT_POST: dict[str, tuple[str, ...]] = {
    "SCL": ("VEN", "HTI", "VEN", "CUB", "DOM", "BOL", "NGA", "COL", "IND", "CHN", "SYR", "BRA"),
    "BUE": ("DOM", "SYR", "BOL", "UKR", "RUS", "VEN", "HTI", "BRA"),
    "MIA": ("VEN", "CUB", "HTI", "DOM", "USA", "NGA"),
    "MEX": ("CUB", "VEN", "HTI", "COL", "USA", "NGA"),
    "MAD": ("MAR", "DOM", "UKR", "ESP", "VEN", "PAK", "SWE"),
    "ROM": ("ITA", "EGY", "UKR", "PHL", "NGA", "SYR"),
    "PAR": ("MAR", "FRA", "HTI", "VNM", "SYR"),
    "GVA": ("UKR", "SWE", "IND", "FRA", "PAK"),
    "TYO": ("JPN", "VNM", "PHL", "IND"),
    "SHA": ("CHN", "VNM", "CHN", "RUS"),
    "PRY": ("NGA", "GHA", "ZWE", "IND"),
    "CAI": ("EGY", "SYR", "EGY", "PAK"),
}


@dataclass(frozen=True)
class Applicant:
    """One invented person with the passport they bring."""

    primary: str
    secondary: str
    sex: str
    birth_date: str
    birth_place: str
    nationality: str
    passport: str
    issued: date
    expires: date
    father: str = ""
    mother: str = ""
    email: str = ""
    phone: str = ""

    @property
    def language(self) -> str:
        country = COUNTRIES.get(self.nationality)
        return country.language if country else "inglés"

    def person(self) -> dict[str, str]:
        """The fields of :class:`people.models.Person`."""
        names = ("primary", "secondary", "sex", "birth_date", "birth_place", "nationality", "father", "mother", "email",
                 "phone")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def document(self) -> dict[str, object]:
        """The fields of the passport, its zone included."""
        zone = write(
            MrzSpec(
                format=Format.TD3, document_code="P", issuer=self.nationality, primary=self.primary,
                secondary=self.secondary, number=self.passport, nationality=self.nationality,
                birth_date=PartialDate.parse(self.birth_date), sex=self.sex, expiry_date=self.expires,
            )
        )  # fmt: skip
        return {
            "number": self.passport, "issuer": self.nationality, "issued": self.issued, "expires": self.expires,
            "mrz": "\n".join(zone),
        }  # fmt: skip


class Population:
    """Draws applicants one after the other; the same seed gives the same people."""

    def __init__(self, seed: int, today: date):
        self.rng = random.Random(f"people:{seed}")  # noqa: S311
        self.today = today
        self._serial = 0
        self._taken: set[str] = set()

    def draw(self, nationality: str) -> Applicant:
        """Somebody new of a nationality."""
        country, rng = COUNTRIES[nationality], self.rng
        for _attempt in range(50):
            sex = rng.choice("FM")
            primary = " ".join(rng.sample(country.surnames, 2)) if country.double else rng.choice(country.surnames)
            secondary = rng.choice(country.women if sex == "F" else country.men)
            if f"{primary} {secondary}" not in self._taken:
                break
        self._taken.add(f"{primary} {secondary}")
        father, mother = rng.choice(country.men), rng.choice(country.women)
        first = primary.split()[0] if country.double else primary
        born = self.today - timedelta(days=rng.randint(19 * 365, 62 * 365))
        return self._with_passport(
            primary=primary,
            secondary=secondary,
            sex=sex,
            birth_date=born.isoformat(),
            birth_place=rng.choice(country.places),
            nationality=nationality,
            father=f"{father} {first}",
            mother=f"{mother} {rng.choice(country.surnames)}",
        )

    def scripted(self, name: str) -> Applicant:
        """One of the simulator's people, by ``"SURNAMES, GIVEN"``, with the passport that its agencies know."""
        found = next(p for p in CAST if p.shape != "record" and f"{' '.join(p.surnames).strip()}, {p.given}" == name)
        return self._with_passport(
            primary=" ".join(found.surnames).strip().title(),
            secondary=found.given.title(),
            sex=found.sex,
            birth_date=found.birth_date,
            birth_place=found.birth_place.title(),
            nationality=found.nationality,
            father=found.father.title(),
            mother=found.mother.title(),
            passport=found.document("PASSPORT"),
        )

    def _with_passport(self, *, passport: str = "", **fields: str) -> Applicant:
        rng = self.rng
        self._serial += 1
        issued = self.today - timedelta(days=rng.randint(200, 1500))
        address = ".".join(fold(f"{fields['secondary'].split()[0]} {fields['primary'].split()[0]}").split())
        return Applicant(
            passport=passport or f"{fields['nationality'][:2]}{7_000_000 + 37 * self._serial}",
            issued=issued,
            expires=issued.replace(year=issued.year + 10, day=min(issued.day, 28)),
            # who gives no address is notified in person
            email="" if rng.random() < 0.1 else f"{address}{self._serial}@correo.example",
            phone=f"+{rng.randint(20, 98)} {rng.randint(100, 999)} 555 {rng.randint(100, 999)}",
            **fields,
        )
