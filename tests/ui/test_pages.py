"""The page of examples: every partial renders, and nothing in it needs more than the strict policy allows."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from ui.icons import OUTLINE
from ui.views import PAGES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORBIDDEN = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|hx-on|<script(?![^>]*(?:\ssrc=|type="application/json"))""",
    re.IGNORECASE,
)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


@pytest.fixture(params=["gallery", *PAGES])
def address(request) -> str:
    return reverse("ui:gallery") if request.param == "gallery" else reverse("ui:page", args=[request.param])


def test_examples_render_without_anything_inline(client, address):
    html = client.get(address).content.decode()
    assert "<main" in html
    assert FORBIDDEN.findall(html) == []
    assert "{%" not in html
    assert "{{" not in html


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_carry_nothing_inline_and_only_icons_of_the_sprite(path):
    source = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert FORBIDDEN.findall(source) == []
    names = set(re.findall(r"""{% icon ["']([a-z0-9-]+)["']""", source))
    names |= set(re.findall(r"""icon_name=["']([a-z0-9-]+)["']""", source))
    assert names <= OUTLINE


@pytest.mark.e2e
@pytest.mark.parametrize("width", [1366, 1024, 390])
def test_examples_are_accessible_and_fit(live_server, page, width):
    """WCAG 2.2 A and AA by axe, no sideways scrolling, nothing refused by the policy."""
    wrong: list[tuple] = []
    page.on("console", lambda said: wrong.append((page.url, said.text)) if said.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    for address in [reverse("ui:gallery"), *(reverse("ui:page", args=[name]) for name in PAGES)]:
        page.goto(live_server.url + address)
        page.evaluate("document.fonts.ready")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        wrong += [(address, rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((address, "wider than the window"))
    assert wrong == []
