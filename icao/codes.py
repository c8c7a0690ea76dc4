"""Letter codes of States, nationalities and documents (ICAO 9303-3 §5, 9303-4 §4.4, parts 5 to 8).

The MRZ code of a State is its ISO 3166-1 alpha-3 code, with the exceptions of §5: Germany is `D`, persons
without a nationality and organizations have codes of their own. `iso_alpha3` and `from_iso_alpha3` cross
over.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

_ISO_3166_1 = """
    ABW:AW AFG:AF AGO:AO AIA:AI ALA:AX ALB:AL AND:AD ARE:AE ARG:AR ARM:AM ASM:AS ATA:AQ ATF:TF ATG:AG
    AUS:AU AUT:AT AZE:AZ BDI:BI BEL:BE BEN:BJ BES:BQ BFA:BF BGD:BD BGR:BG BHR:BH BHS:BS BIH:BA BLM:BL
    BLR:BY BLZ:BZ BMU:BM BOL:BO BRA:BR BRB:BB BRN:BN BTN:BT BVT:BV BWA:BW CAF:CF CAN:CA CCK:CC CHE:CH
    CHL:CL CHN:CN CIV:CI CMR:CM COD:CD COG:CG COK:CK COL:CO COM:KM CPV:CV CRI:CR CUB:CU CUW:CW CXR:CX
    CYM:KY CYP:CY CZE:CZ DEU:DE DJI:DJ DMA:DM DNK:DK DOM:DO DZA:DZ ECU:EC EGY:EG ERI:ER ESH:EH ESP:ES
    EST:EE ETH:ET FIN:FI FJI:FJ FLK:FK FRA:FR FRO:FO FSM:FM GAB:GA GBR:GB GEO:GE GGY:GG GHA:GH GIB:GI
    GIN:GN GLP:GP GMB:GM GNB:GW GNQ:GQ GRC:GR GRD:GD GRL:GL GTM:GT GUF:GF GUM:GU GUY:GY HKG:HK HMD:HM
    HND:HN HRV:HR HTI:HT HUN:HU IDN:ID IMN:IM IND:IN IOT:IO IRL:IE IRN:IR IRQ:IQ ISL:IS ISR:IL ITA:IT
    JAM:JM JEY:JE JOR:JO JPN:JP KAZ:KZ KEN:KE KGZ:KG KHM:KH KIR:KI KNA:KN KOR:KR KWT:KW LAO:LA LBN:LB
    LBR:LR LBY:LY LCA:LC LIE:LI LKA:LK LSO:LS LTU:LT LUX:LU LVA:LV MAC:MO MAF:MF MAR:MA MCO:MC MDA:MD
    MDG:MG MDV:MV MEX:MX MHL:MH MKD:MK MLI:ML MLT:MT MMR:MM MNE:ME MNG:MN MNP:MP MOZ:MZ MRT:MR MSR:MS
    MTQ:MQ MUS:MU MWI:MW MYS:MY MYT:YT NAM:NA NCL:NC NER:NE NFK:NF NGA:NG NIC:NI NIU:NU NLD:NL NOR:NO
    NPL:NP NRU:NR NZL:NZ OMN:OM PAK:PK PAN:PA PCN:PN PER:PE PHL:PH PLW:PW PNG:PG POL:PL PRI:PR PRK:KP
    PRT:PT PRY:PY PSE:PS PYF:PF QAT:QA REU:RE ROU:RO RUS:RU RWA:RW SAU:SA SDN:SD SEN:SN SGP:SG SGS:GS
    SHN:SH SJM:SJ SLB:SB SLE:SL SLV:SV SMR:SM SOM:SO SPM:PM SRB:RS SSD:SS STP:ST SUR:SR SVK:SK SVN:SI
    SWE:SE SWZ:SZ SXM:SX SYC:SC SYR:SY TCA:TC TCD:TD TGO:TG THA:TH TJK:TJ TKL:TK TKM:TM TLS:TL TON:TO
    TTO:TT TUN:TN TUR:TR TUV:TV TWN:TW TZA:TZ UGA:UG UKR:UA UMI:UM URY:UY USA:US UZB:UZ VAT:VA VCT:VC
    VEN:VE VGB:VG VIR:VI VNM:VN VUT:VU WLF:WF WSM:WS YEM:YE ZAF:ZA ZMB:ZM ZWE:ZW
"""

ISO_ALPHA2: Final[dict[str, str]] = dict(pair.split(":") for pair in _ISO_3166_1.split())
"""ISO 3166-1 alpha-3 to alpha-2, all 249 entries."""


@dataclass(frozen=True, slots=True)
class SpecialCode:
    """A code of ICAO 9303-3 §5 that is not an ISO 3166-1 alpha-3 code."""

    code: str
    part: str  # the part of §5 that defines it, A-H
    entity: str
    alpha2: str = ""
    issuer: bool = True
    nationality: bool = True
    status: str = ""  # "", "deprecated" or "specimen"


SPECIAL_CODES: Final[dict[str, SpecialCode]] = {
    special.code: special
    for special in (
        SpecialCode("D", "A", "Germany", "DE"),
        SpecialCode("GBD", "A", "British Overseas Territories Citizen"),
        SpecialCode("GBN", "A", "British National (Overseas)"),
        SpecialCode("GBO", "A", "British Overseas Citizen"),
        SpecialCode("GBP", "A", "British Protected Person"),
        SpecialCode("GBS", "A", "British Subject"),
        SpecialCode("RKS", "A", "Kosovo (operationally in use)", "KS"),
        SpecialCode("EUE", "B", "European Union", "EU"),
        SpecialCode("UNO", "C", "United Nations Organization or one of its officials", "UN"),
        SpecialCode("UNA", "C", "United Nations specialized agency or one of its officials", "UN"),
        SpecialCode("UNK", "C", "Resident of Kosovo with a document of UNMIK"),
        SpecialCode("XBA", "D", "African Development Bank"),
        SpecialCode("XIM", "D", "African Export-Import Bank"),
        SpecialCode("XCC", "D", "Caribbean Community or one of its emissaries"),
        SpecialCode("XCE", "D", "Council of Europe"),
        SpecialCode("XCO", "D", "Common Market for Eastern and Southern Africa"),
        SpecialCode("XEC", "D", "Economic Community of West African States"),
        SpecialCode("XPO", "D", "International Criminal Police Organization (INTERPOL)"),
        SpecialCode("XES", "D", "Organization of Eastern Caribbean States"),
        SpecialCode("XMP", "D", "Parliamentary Assembly of the Mediterranean"),
        SpecialCode("XOM", "D", "Sovereign Military Order of Malta or one of its emissaries"),
        SpecialCode("XDC", "D", "Southern African Development Community"),
        SpecialCode("XXA", "E", "Stateless person (1954 Convention)", issuer=False),
        SpecialCode("XXB", "E", "Refugee (1951 Convention, 1967 Protocol)", issuer=False),
        SpecialCode("XXC", "E", "Refugee other than XXB", issuer=False),
        SpecialCode("XXX", "E", "Person of unspecified nationality", issuer=False),
        SpecialCode("ANT", "F", "Netherlands Antilles", "AN", status="deprecated"),
        SpecialCode("NTZ", "F", "Neutral Zone", "NT", status="deprecated"),
        SpecialCode("UTO", "G", "Utopia (specimen documents)", "UT", status="specimen"),
        # IAO signs master lists only: never in a zone
        SpecialCode("IAO", "H", "International Civil Aviation Organization", "IA", False, False),
    )
}

WITHOUT_NATIONALITY: Final[frozenset[str]] = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""Codes for persons without a defined nationality (ICAO 9303-3 §5 part E)."""

_ISO_IN_MRZ = frozenset(ISO_ALPHA2) - {"DEU"}
ISSUERS: Final[frozenset[str]] = _ISO_IN_MRZ | {s.code for s in SPECIAL_CODES.values() if s.issuer}
"""Every code that may stand in the issuer field, fillers stripped (`D`, not `D<<`)."""
NATIONALITIES: Final[frozenset[str]] = _ISO_IN_MRZ | {s.code for s in SPECIAL_CODES.values() if s.nationality}
"""Every code that may stand in the nationality field, fillers stripped."""


def is_issuer(code: str) -> bool:
    """Whether `code` (fillers stripped) may issue a document (ICAO 9303-3 §5)."""
    return code in ISSUERS


def is_nationality(code: str) -> bool:
    """Whether `code` (fillers stripped) may be a holder's nationality or status (ICAO 9303-3 §5)."""
    return code in NATIONALITIES


def status(code: str) -> str:
    """`deprecated`, `specimen` or the empty string."""
    special = SPECIAL_CODES.get(code)
    return special.status if special else ""


def from_iso_alpha3(code: str) -> str:
    """The MRZ code of an ISO 3166-1 alpha-3 code: `DEU` is `D`, the others are themselves."""
    return "D" if code == "DEU" else code


def iso_alpha3(code: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of an MRZ code, or None where ISO has none (`XXA`, `UNO`, `RKS`)."""
    if code == "D":
        return "DEU"
    if code in {"GBD", "GBN", "GBO", "GBP", "GBS"}:
        return "GBR"
    return code if code in ISO_ALPHA2 else None


def iso_alpha2(code: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of an MRZ code, or None where ISO has none."""
    alpha3 = iso_alpha3(code)
    return ISO_ALPHA2[alpha3] if alpha3 else None


# --- document codes ------------------------------------------------------------------------------

HARMONISED_FROM: Final = date(2026, 1, 1)
"""A second letter on a passport must be one of the harmonised set from this day (ICAO 9303-4 §4.4)."""
COMPULSORY_FROM: Final = date(2028, 1, 1)
"""Passports must carry a harmonised second letter from this day (ICAO 9303-4 §4.4, 9303-8 §4.1.5)."""
OLD_CODES_EXPIRE_BEFORE: Final = date(2038, 1, 1)
"""Documents without a harmonised second letter must have expired by this day (ICAO 9303-4 §4.4)."""

PASSPORT_CODES: Final[dict[str, str]] = {
    "PP": "National/ordinary passport",
    "PE": "Emergency passport",
    "PD": "Diplomatic passport",
    "PO": "Official/service passport",
    "PR": "Refugee passport",
    "PT": "Alien/non-citizen passport",
    "PS": "Stateless passport",
    "PL": "Laissez-passer passport",
    "PM": "Military passport",
}
"""The harmonised document codes of booklets (ICAO 9303-4 §4.4)."""
SINGLE_SHEET_CODE: Final = "PU"
"""The document code of a single-sheet emergency travel document (ICAO 9303-8 §4.1.5)."""
CREW_MEMBER_CODE: Final = "AC"
"""The document code of a crew member certificate, TD1 only (ICAO 9303-5 App. C)."""


def document_code_fits(code: str, mrz_format: str) -> bool:
    """Whether `code` may stand in a zone of `mrz_format` (`TD1`, `TD2`, `TD3`, `MRV-A`, `MRV-B`).

    `code` is one or two characters without fillers. TD3 begins with P; TD1 and TD2 with A, C or I, never
    followed by V, never `AI`, `AC` on TD1 only; the single-sheet `PU` is a TD2; visas begin with V. Source:
    ICAO 9303-4 §4.2.2, 9303-5 note k, 9303-6 note k, 9303-7 §4.2.2, 9303-8 §4.1.5.
    """
    if not code or not code.isalnum() or not code.isascii():
        return False
    first, second = code[0], code[1:]
    if mrz_format == "TD3":
        return first == "P" and not second.isdigit()
    if mrz_format in {"MRV-A", "MRV-B"}:
        return first == "V"
    if mrz_format == "TD2" and code == SINGLE_SHEET_CODE:
        return True
    if first not in "ACI" or second == "V" or code == "AI":
        return False
    return code != CREW_MEMBER_CODE or mrz_format == "TD1"


def is_harmonised(code: str, mrz_format: str) -> bool:
    """Whether a passport code follows the rule of 2026; codes of other documents are free and always do."""
    if mrz_format == "TD3":
        return code in PASSPORT_CODES
    return code == SINGLE_SHEET_CODE or not code.startswith("P")


def document_code_allowed(code: str, mrz_format: str, issued: date, expires: date | None = None) -> bool:
    """Whether a document issued on `issued` (and valid to `expires`) may carry `code`.

    Before 2026 any second letter of the State's choice; from 2026-01-01 none or a harmonised one; from
    2028-01-01 a harmonised one; what is not harmonised must expire before 2038-01-01 (ICAO 9303-4 §4.4).
    """
    if not document_code_fits(code, mrz_format):
        return False
    if is_harmonised(code, mrz_format):
        return True
    if issued >= COMPULSORY_FROM or (issued >= HARMONISED_FROM and len(code) > 1):
        return False
    return expires is None or expires < OLD_CODES_EXPIRE_BEFORE
