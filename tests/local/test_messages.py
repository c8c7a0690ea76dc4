"""The Spanish catalogue is what the fragments say, and the fragments say nothing wrong."""

import gettext
from pathlib import Path

import pytest

from config.messages import CATALOGUE, Wrong, merge, missing, write


def fragments(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.po").write_text(text)
    return folder


def test_the_catalogue_in_the_repository_is_up_to_date(tmp_path: Path) -> None:
    write(merge(), tmp_path / "django.po")
    assert (tmp_path / "django.po").read_text() == CATALOGUE.read_text(), "run `make messages`"


def test_every_source_string_has_its_spanish() -> None:
    assert missing() == []


def test_fragments_are_joined_and_compiled(tmp_path: Path) -> None:
    folder = fragments(
        tmp_path / "fragments",
        one='msgid "Visa"\nmsgstr "Visado"\n\nmsgctxt "act"\nmsgid "Grant"\nmsgstr "Otorgar"\n',
        two='msgid "Visa"\nmsgstr "Visado"\n\nmsgid "%(n)s case"\nmsgid_plural "%(n)s cases"\n'
        'msgstr[0] "%(n)s caso"\nmsgstr[1] "%(n)s casos"\n',
    )
    write(merge(folder), tmp_path / "django.po")
    with (tmp_path / "django.mo").open("rb") as file:
        spanish = gettext.GNUTranslations(file)
    assert spanish.gettext("Visa") == "Visado"
    assert spanish.pgettext("act", "Grant") == "Otorgar"
    assert [spanish.ngettext("%(n)s case", "%(n)s cases", n) for n in (1, 2)] == ["%(n)s caso", "%(n)s casos"]


@pytest.mark.parametrize(
    ("one", "two", "fault"),
    [
        (
            'msgid "A"\nmsgstr "B"\n',
            'msgid "A"\nmsgstr "C"\n',
            "two.po:1: 'A' is translated differently at one.po:1",
        ),
        ('msgid "A"\nmsgstr ""\n', "", "one.po:1: 'A' has no translation"),
        ('msgid "%(n)s A"\nmsgstr "%(m)s B"\n', "", "other placeholders"),
    ],
)
def test_faults_are_named_by_file_and_line(tmp_path: Path, one: str, two: str, fault: str) -> None:
    with pytest.raises(Wrong, match=".*") as caught:
        merge(fragments(tmp_path / "fragments", one=one, two=two))
    assert fault in str(caught.value)


def test_strings_without_translation_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text('a = _("In " "code")\nb = pgettext("act", "Grant")\nc = _("Known")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% translate "In a tag" %}{% blocktranslate count n=n %}{{ n }} thing{% plural %}things{% endblocktranslate %}'
    )
    folder = fragments(tmp_path / "fragments", one='msgid "Known"\nmsgstr "Conocido"\n')
    assert missing(tmp_path, folder) == [
        ("app/views.py", "Grant"),
        ("app/views.py", "In code"),
        ("templates/page.html", "%(n)s thing"),
        ("templates/page.html", "In a tag"),
    ]
