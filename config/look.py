"""How Django admin looks (django-unfold): the house's name and colours."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "SUGM",
    "SITE_HEADER": "SUGM",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "travel_explore",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("sugm/favicon.svg")},
    ],
    "SHOW_HISTORY": True,
    "COLORS": {
        "primary": {
            "50": "oklch(97% .01 15)", "100": "oklch(93% .03 15)", "200": "oklch(87% .07 15)",
            "300": "oklch(78% .12 16)", "400": "oklch(66% .18 17)", "500": "oklch(55% .2 18)",
            "600": "oklch(45% .17 18)", "700": "oklch(39% .15 18)", "800": "oklch(34% .12 18)",
            "900": "oklch(29% .1 18)", "950": "oklch(20% .07 18)",
        }
    },
}  # fmt: skip
