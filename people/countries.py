"""Names of States and nationalities in the language of the screen, by the codes that persons and documents carry.

The codes are those of ICAO 9303-3 §5 in the form the registers keep them: ISO 3166-1 alpha-3 wherever ISO has one
(``DEU``, not the zone's ``D``), else ICAO's own (``GBN``, ``XXA``, ``UNO``). The names of countries come from CLDR.
"""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from icao import codes
from icao.names import fold

_OTHERS = {
    "GBD": gettext_lazy("British Overseas Territories Citizen"),
    "GBN": gettext_lazy("British National (Overseas)"),
    "GBO": gettext_lazy("British Overseas Citizen"),
    "GBP": gettext_lazy("British Protected Person"),
    "GBS": gettext_lazy("British Subject"),
    "RKS": gettext_lazy("Kosovo"),
    "EUE": gettext_lazy("European Union (laissez-passer)"),
    "UNO": gettext_lazy("United Nations Organization"),
    "UNA": gettext_lazy("United Nations specialized agency"),
    "UNK": gettext_lazy("Resident of Kosovo (UNMIK)"),
    "XBA": gettext_lazy("African Development Bank"),
    "XIM": gettext_lazy("African Export-Import Bank"),
    "XCC": gettext_lazy("Caribbean Community"),
    "XCE": gettext_lazy("Council of Europe"),
    "XCO": gettext_lazy("Common Market for Eastern and Southern Africa"),
    "XEC": gettext_lazy("Economic Community of West African States"),
    "XPO": gettext_lazy("INTERPOL"),
    "XES": gettext_lazy("Organization of Eastern Caribbean States"),
    "XMP": gettext_lazy("Parliamentary Assembly of the Mediterranean"),
    "XOM": gettext_lazy("Sovereign Military Order of Malta"),
    "XDC": gettext_lazy("Southern African Development Community"),
    "XXA": gettext_lazy("Stateless person"),
    "XXB": gettext_lazy("Refugee (1951 Convention)"),
    "XXC": gettext_lazy("Other refugee"),
    "XXX": gettext_lazy("Unspecified nationality"),
    "ANT": gettext_lazy("Netherlands Antilles (no longer in use)"),
    "NTZ": gettext_lazy("Neutral Zone (no longer in use)"),
    "UTO": gettext_lazy("Utopia (specimen documents)"),
}


def from_zone(code: str) -> str:
    """The register's code for the one that stands in a zone: ``D`` is ``DEU``, every other is itself."""
    return "DEU" if code == "D" else code


def country_name(code: str) -> str:
    """The name of a State or nationality in the current language; an unknown code is returned as it is."""
    return _names(get_language() or "es").get(code, code)


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    names = {alpha3: territories[alpha2] for alpha3, alpha2 in codes.ISO_ALPHA2.items()}
    with override(language):
        return names | {code: str(name) for code, name in _OTHERS.items()}


@lru_cache(maxsize=16)
def _grouped(language: str, kind: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    allowed = {from_zone(code) for code in (codes.ISSUERS if kind == "issuer" else codes.NATIONALITIES)}
    names = _names(language)
    with override(language):
        groups = {
            _("Countries"): [code for code in allowed if code not in _OTHERS],
            _("Other codes (ICAO)"): [code for code in allowed if code in _OTHERS],
        }
    return tuple(
        (title, tuple(sorted(((code, names[code]) for code in members), key=lambda row: fold(row[1]))))
        for title, members in groups.items()
    )


def nationalities() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every nationality as grouped choices (code, name), sorted by name with accents forgiven."""
    return _grouped(get_language() or "es", "nationality")


def issuers() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every State or organization that issues documents, as grouped choices."""
    return _grouped(get_language() or "es", "issuer")
