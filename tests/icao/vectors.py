"""The official and made-up vectors of ICAO 9303 used by the tests of this room, each under its source."""

from datetime import date

TODAY = date(2026, 11, 21)

# (input, weighted sum, check digit)
CHECK_DIGITS = {
    "9303-3 App. A ex. 1": ("520727", 103, "3"),
    "9303-3 App. A ex. 2": ("AB2134<<<", 125, "5"),
    "9303-3 App. A ex. 3, TD3 composite": ("HA672242<658022549601086<<<<<<<<<<<<<<0", 448, "8"),
    "9303-3 App. A ex. 4, TD1 composite": ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", 392, "2"),
    "9303-3 App. A ex. 5, TD2 composite": ("HA672242<658022549601086<<<<<<<", 448, "8"),
    "9303-6 and -8 specimen, birth": ("740812", 122, "2"),
    "9303-6 specimen, expiry": ("120415", 49, "9"),
    "9303-8 specimen, expiry": ("260627", 87, "7"),
    "9303-7 App. B, birth": ("690806", 131, "1"),
    "9303-7 App. B, valid until": ("940623", 126, "6"),
    "9303-7 App. B, number": ("L898902C<", 313, "3"),
    "TD3 specimen, number": ("L898902C3", 316, "6"),
    "TD3 specimen, personal number": ("ZE184226B<<<<<", 401, "1"),
    "TD1 specimen, number": ("D23145890", 207, "7"),
    "all unknown birth date": ("<<<<<<", 0, "0"),
    "long number, community vector": ("D23145890XYZ", 575, "5"),
}

_ANNA = {"primary": "ERIKSSON", "secondary": "ANNA MARIA", "sex": "F"}

# (format, lines, fields that must come out)
ZONES = {
    "9303-4 specimen TD3": (
        "TD3",
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        _ANNA
        | {
            "document_code": "P",
            "issuer": "UTO",
            "number": "L898902C3",
            "nationality": "UTO",
            "birth_date": "1974-08-12",
            "expiry_date": "2012-04-15",
            "optional": "ZE184226B",
        },
    ),
    "older editions TD3": (
        "TD3",
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"),
        _ANNA | {"number": "L898902C", "birth_date": "1969-08-06", "expiry_date": "1994-06-23"},
    ),
    "9303-5 App. A TD1": (
        "TD1",
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        _ANNA | {"document_code": "I", "number": "D23145890", "optional": "", "optional2": ""},
    ),
    "9303-6 App. A TD2": (
        "TD2",
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
        _ANNA | {"number": "D23145890", "expiry_date": "2012-04-15"},
    ),
    "9303-7 App. B.1 MRV-A": (
        "MRV-A",
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<"),
        _ANNA | {"document_code": "V", "number": "L898902C", "optional": "ZE184226B"},
    ),
    "9303-7 App. B.2 MRV-B": (
        "MRV-B",
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226"),
        _ANNA | {"number": "L898902C", "optional": "ZE184226"},
    ),
    "older MRV-A, nationality XXX": (
        "MRV-A",
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
        _ANNA
        | {
            "number": "L8988901C",
            "nationality": "XXX",
            "birth_date": "1940-09-07",
            "expiry_date": "1996-12-10",
            "optional": "6ZE184226B",
        },
    ),
    "9303-8 App. B single-sheet ETD": (
        "TD2",
        ("PUUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F2606277<<<<<<<8"),
        _ANNA | {"document_code": "PU", "expiry_date": "2026-06-27"},
    ),
}

PERU = {
    "made up, PP": (
        "TD3",
        ("PPPERMUNOZ<NUNEZ<<JOSE<ANGEL<<<<<<<<<<<<<<<<", "X000000012PER8502289M3611203<<<<<<<<<<<<<<<2"),
        {"primary": "Muñoz Núñez", "secondary": "José Ángel", "nationality": "PER", "sex": "M"},
    ),
    "made up, PR": (
        "TD3",
        ("PRPERDOE<<JANE<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "R000000124XXB9001011F2811202<<<<<<<<<<<<<<<0"),
        {"primary": "Doe", "secondary": "Jane", "nationality": "XXB", "sex": "F"},
    ),
    "made up, PU": (
        "TD2",
        ("PUPERQUISPE<MAMANI<<ROSA<<<<<<<<<<<<", "S000001232PER0103174F2612214<<<<<<<8"),
        {"primary": "Quispe Mamani", "secondary": "Rosa", "nationality": "PER", "sex": "F"},
    ),
    "made up, IR": (
        "TD1",
        (
            "IRPERD000012349<<<<<<<<<<<<<<<",
            "7408122F2811202UTO<<<<<<<<<<<0",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        {"primary": "Eriksson", "secondary": "Anna Maria", "nationality": "UTO", "sex": "F"},
    ),
    "made up, V": (
        "MRV-A",
        ("V<PERERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "V000123450UTO7408122F2705192<<<<<<<<<<<<<<<<"),
        {"primary": "Eriksson", "secondary": "Anna Maria", "nationality": "UTO", "sex": "F"},
    ),
}

# 9303-4 §4.2.3: visual zone to name line
NAMES = {
    "4.2.3.1 a usual": ("ERIKSSON", "ANNA MARIA", "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
    "4.2.3.1 b central primary": ("HENG", "DEBORAH MING LO", "PPUTOHENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<"),
    "4.2.3.1 c hyphen": ("SMITH-JONES", "SUSIE MARGARET", "PPUTOSMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<"),
    "4.2.3.1 d apostrophe": ("O'CONNOR", "ENYA SIOBHAN", "PPUTOOCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<"),
    "4.2.3.1 e van der": ("VAN DER MUELLEN", "MARTIN", "PPUTOVAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<"),
    "4.2.3.1 e al": ("AL-BASRI", "HUDA MUHAMMAD JAWAD", "PPUTOAL<BASRI<<HUDA<MUHAMMAD<JAWAD<<<<<<<<<<"),
    "4.2.3.1 e two": ("VILARCHAO FERNANDEZ", "JOSE RAMON", "PPUTOVILARCHAO<FERNANDEZ<<JOSE<RAMON<<<<<<<<"),
    "4.2.3.1 f single": ("ARKFREITH", "", "PPUTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
    "4.2.3.1 f two components": ("SATRIYA SUDARPA", "", "PPUTOSATRIYA<SUDARPA<<<<<<<<<<<<<<<<<<<<<<<<"),
    "4.2.3.2 a secondary to initials": (
        "NILAVADHANANANDA",
        "CHAYAPA DEJTHAMRONG KRASUANG",
        "PPUTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
    ),
    "4.2.3.2 b secondary truncated": (
        "NILAVADHANANANDA",
        "ARNPOL PETCH CHARONGUANG",
        "PPUTONILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU",
    ),
    "4.2.3.3 a primary to initials": (
        "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
        "DINGO POTOROO",
        "PPUTOBENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
    ),
    "4.2.3.4 just fits": (
        "PAPANDROPOULOUS",
        "JONATHON WARREN TREVOR",
        "PPUTOPAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",
    ),
}

# 9303-8 App. B, the rows of the table read across; its public key is not printed
PUBLISHED_SEAL = bytes.fromhex(
    "DC03D9C5D9CAC8A73A995D913A7D9C575E030230BAB3D2B3C549CD1DA93C5BD4"
    "58135C6F57FC133C133C133C6B38208A4D0D4A32B0C11AE6268427153F7C453C"
    "133C1345FF4039034E85DA183C1CC0D3AC16732D7EE2C20D7AEF7B381C0AE509"
    "F10A97890D511C3C47B94807A4D0F67CE9083A7F206F04FB35AFDB8AB9658A93"
    "327A4E0EE6ED"
)
