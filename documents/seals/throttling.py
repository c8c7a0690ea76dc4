"""How often one caller may have seals judged: decoding pictures costs processor time, and anyone may ask."""

from rest_framework.throttling import SimpleRateThrottle


class SealThrottle(SimpleRateThrottle):
    """Counted by address, whoever it is, on the page and on the API together (rate ``seals`` of the settings)."""

    scope = "seals"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
