"""A person and an agency's record side by side: what counts as equal, similar, different, absent."""

import pytest
from django.utils import translation

from agencies.comparison import Likeness, compare, identifiers
from agencies.connectors.base import Subject

EQUAL, SIMILAR, DIFFERENT, ABSENT = Likeness


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def person(**fields) -> Subject:
    known = {
        "primary": "Okafor", "secondary": "Chinedu", "birth_date": "1988-03-14", "sex": "M", "nationality": "NGA",
        "documents": (("PASSPORT", "A09418227", "NGA"),),
    }  # fmt: skip
    return Subject(**{**known, **fields})


def line(field: str, subject: Subject, **record):
    return next(found for found in compare(subject, record) if found.field == field)


@pytest.mark.parametrize(
    ("primary", "secondary", "theirs"),
    [
        ("Okafor", "Chinedu", "OKAFOR CHINEDU"),
        ("Okafor", "Chinedu", "CHINEDU OKAFOR"),
        ("Núñez Peña", "José Ángel", "NUNEZ PENA JOSE ANGEL"),
        ("Núñez", "José", "JOSE NUNXXEZ"),
        ("Müller", "Jürgen", "MUELLER JUERGEN"),
        ("Müller", "Jürgen", "JURGEN MULLER"),
        ("Åström", "Bjørn", "AASTROEM BJOERN"),
        ("Nguyễn Thị", "Ánh", "NGUYEN THI ANH"),
        ("Soto-Vargas", "Camila", "SOTO VARGAS, CAMILA"),
        ("O'Brien", "Seán", "OBRIEN SEAN"),
        ("Соколова", "Анна", "ANNA SOKOLOVA"),
        ("Щукіна", "Юлія", "SHCHUKINA YULIIA"),  # by the Ukrainian column
        ("Castaño", "Zoë", "CASTANXXO ZOE"),
    ],
)
def test_accents_order_and_spellings_count_as_equal(primary, secondary, theirs):
    found = line("name", person(primary=primary, secondary=secondary), name=theirs)
    assert found.likeness == EQUAL and found.score is None
    assert not any(word.differs for word in found.words)


@pytest.mark.parametrize(
    ("theirs", "likeness", "marked"),
    [
        ("OKAFOR CHINEDUM", SIMILAR, ["CHINEDUM"]),
        ("OKAFOR", DIFFERENT, []),  # one name alone identifies nobody
        ("PEREZ GOMEZ JUAN", DIFFERENT, ["PEREZ", "GOMEZ", "JUAN"]),
        ("OKAFOR EMEKA", DIFFERENT, ["EMEKA"]),
    ],
)
def test_other_names_are_scored_and_their_odd_words_marked(theirs, likeness, marked):
    found = line("name", person(), name=theirs)
    assert found.likeness == likeness and 0 <= found.score < 100
    assert [word.text for word in found.words if word.differs] == marked


@pytest.mark.parametrize(
    ("primary", "secondary", "theirs", "hint"),
    [
        ("Okafor", "Chinedu", "CHINEDU OKAFOR", "the same names in another order"),
        ("de la Cruz Soto", "María", "CRUZ SOTO MARIA", "they differ in particles only"),
        ("Soto viuda de Vargas", "Elsa", "SOTO VARGAS ELSA", "they differ in particles only"),
        ("al-Mansuri", "Karim", "MANSURI KARIM", "they differ in particles only"),
        ("de la Cruz", "José", "DELACRUZ JOSE", "written in one word on one side"),
        ("Quispe Mamani", "Rosa Luz", "QUISPE ROSA LUZ", "without the second surname"),
        ("Quispe Mamani", "Rosa Luz", "QUISPE MAMANI ROSA", "one side has more names"),
        ("Al Hussein", "Mohamed", "HUSAYN MUHAMMAD", "possibly another romanisation of the same name"),
        ("حسين", "محمد", "HUSSEIN MOHAMED", "possibly another romanisation of the same name"),
        ("Tchaikovsky", "Yuliya", "CHAIKOVSKII JULIA", "possibly another romanisation of the same name"),
        ("Jaled", "Yusuf", "KHALED YOUSSEF", "possibly another romanisation of the same name"),
    ],
)
def test_a_likeness_that_does_not_explain_itself_is_explained(primary, secondary, theirs, hint):
    found = line("name", person(primary=primary, secondary=secondary), name=theirs)
    assert str(found.hint) == hint
    assert found.likeness == (EQUAL if "order" in hint else SIMILAR)


@pytest.mark.parametrize(
    ("primary", "secondary", "theirs"),
    [("Soto", "Luis", "SOTO LUISA"), ("Soto", "Mario", "SOTO MARIA"), ("Pérez", "Juan", "PAZOS JUNE")],
)
def test_names_of_other_people_are_no_romanisations_of_each_other(primary, secondary, theirs):
    assert not line("name", person(primary=primary, secondary=secondary), name=theirs).hint


def test_second_identifiers_say_which_could_be_compared_and_which_could_still_be_asked():
    subject = person(birth_place="Lagos", mother="Eva", father="")
    found = identifiers(compare(subject, {"name": "OKAFOR", "birth_date": "1979", "parents": "SAUL / "}))
    assert [each.field for each in found.compared] == ["birth_date"]
    assert [each.field for each in found.ask_agency] == ["document", "birth_place", "mother"]
    assert [each.field for each in found.ask_file] == ["father"]
    assert found.unknown == ()


def test_a_name_with_more_parts_on_one_side_is_similar_whatever_its_score():
    subject = person(primary="García Márquez", secondary="Gabriel José de la Concordia")
    found = line("name", subject, name="GARCIA MARQUEZ")
    assert found.likeness == SIMILAR and found.hint == "one side has more names"


@pytest.mark.parametrize(
    ("ours", "theirs", "likeness", "hint"),
    [
        ("1988-03-14", "1988-03-14", EQUAL, ""),
        ("1988-03-14", "1988", SIMILAR, "agrees as far as it is known"),
        ("1988", "1988-03-14", SIMILAR, "agrees as far as it is known"),
        ("1988-03-04", "1988-04-03", SIMILAR, "day and month swapped"),
        ("1988-03-14", "1988-03-15", DIFFERENT, "the same year"),
        ("1988-03-14", "1979", DIFFERENT, ""),
        ("1988-03-14", "", ABSENT, ""),
        ("", "1979", ABSENT, ""),
    ],
)
def test_dates_of_birth_of_which_parts_may_be_unknown(ours, theirs, likeness, hint):
    found = line("birth_date", person(birth_date=ours), birth_date=theirs)
    assert (found.likeness, str(found.hint)) == (likeness, hint)


def test_documents_are_compared_with_all_of_the_person_and_the_nearest_is_shown():
    subject = person(documents=(("PASSPORT", "A09418227", "NGA"), ("DNI", "45678901", "PER")))
    assert line("document", subject, document="4567-8901").likeness == EQUAL
    near = line("document", subject, document="A09418228", document_issuer="NGA")
    assert (near.likeness, near.ours, near.theirs) == (SIMILAR, "NGA A09418227", "NGA A09418228")
    assert near.score == 89
    assert line("document", subject, document="ZZ999").likeness == DIFFERENT
    other = line("document", subject, document="A09418227", document_issuer="GHA")
    assert other.likeness == DIFFERENT and other.hint == "the same number of another State"
    assert line("document", subject).likeness == ABSENT
    assert line("document", person(documents=()), document="X1").likeness == ABSENT


def test_codes_of_sex_and_nationality():
    assert line("sex", person(), sex="M").likeness == EQUAL
    assert line("sex", person(), sex="F").likeness == DIFFERENT
    assert line("sex", person(sex="X"), sex="F").likeness == SIMILAR
    assert line("nationality", person(nationality="D"), nationality="DEU").likeness == EQUAL  # ICAO 9303-3 §5
    assert line("nationality", person(), nationality="GHA").likeness == DIFFERENT
    assert line("nationality", person(), nationality="NIGERIANA").hint == "written in words"


def test_places_and_parents():
    subject = person(birth_place="Lagos", father="Saúl Okafor", mother="")
    assert line("birth_place", subject, birth_place="LAGOS").likeness == EQUAL
    assert line("birth_place", subject, birth_place="LAGOS, NIGERIA").likeness == SIMILAR
    assert line("birth_place", subject, birth_place="ABUJA").likeness == DIFFERENT
    assert line("father", subject, parents="SAUL OKAFOR / EVA").likeness == EQUAL
    assert line("mother", subject, parents="SAUL OKAFOR / EVA").likeness == ABSENT
    assert line("father", subject, parents=" / EVA").likeness == ABSENT


def test_what_neither_side_knows_is_left_out_and_what_it_is_about_is_not_compared():
    fields = [found.field for found in compare(person(), {"category": "RED", "detail": "x", "reference": "1"})]
    assert fields == ["name", "birth_date", "document", "sex", "nationality"]
