"""The permission matrix, third part: the administration. For administrators alone, and what they may do to each table;
whoever else is signed in is refused (403), there is no case content in it, and nobody deletes what others relied on."""

from collections.abc import Iterator

from tests.security.matrix_terms import CONFIGURES, EVERYONE, Row, Rule, may

SEE, ADD, CHANGE, DELETE = "see", "add", "change", "delete"
# What an administrator may do to the rows of each table.
TABLES: dict[str, set[str]] = {
    "agencies/agency": {SEE, ADD, CHANGE},  # what it answered has to stay explainable
    "agencies/checkpolicy": {SEE, ADD, CHANGE, DELETE},
    "agencies/officeridentity": {SEE, ADD, CHANGE, DELETE},
    "agencies/questionrule": {SEE, ADD, CHANGE, DELETE},
    "agencies/questionsettings": {SEE, CHANGE},
    "cases/clockrule": {SEE, ADD, CHANGE, DELETE},
    "cases/conflictrule": {SEE, CHANGE},
    "cases/fee": {SEE, ADD, CHANGE, DELETE},
    "cases/ground": {SEE, ADD, CHANGE},  # what was decided on it has to stay explainable
    "cases/readingrule": {SEE, ADD, CHANGE, DELETE},  # without a row the role reads as it was defined
    "cases/requirement": {SEE, ADD, CHANGE, DELETE},
    "documents/blankkind": {SEE, ADD, CHANGE},
    "documents/documentseries": {SEE, ADD, CHANGE},
    "documents/lifeground": {SEE, ADD, CHANGE},
    "documents/pdfsigner": {SEE, ADD, CHANGE},
    "documents/revocationlist": {SEE, ADD},  # signed elsewhere: taken in, never changed
    "documents/sealauthority": {SEE, ADD, CHANGE},
    "documents/sealrevocation": {SEE},
    "documents/sealsigner": {SEE, ADD, CHANGE},
    "documents/signingrule": {SEE, ADD, CHANGE, DELETE},
    "documents/texttemplate": {SEE, ADD, CHANGE},
    "documents/timestampservice": {SEE, ADD, CHANGE},  # what it stamped has to stay explainable
    "offices/apitoken": {SEE, ADD, CHANGE},
    "offices/calendar": {SEE, ADD, CHANGE, DELETE},
    "offices/delegation": {SEE},  # cover is arranged by the person or their supervisor
    "offices/office": {SEE, ADD, CHANGE},
    "offices/posting": {SEE, ADD, CHANGE},
    "offices/staffdetails": {SEE, ADD, CHANGE, DELETE},
    "offices/staffidentity": {SEE, ADD, CHANGE, DELETE},
    "offices/user": {SEE, ADD, CHANGE},  # who acted stays in the record
    "visas/visaclass": {SEE, ADD, CHANGE},  # so has what was decided under it
}
# Rows that others point at: their deletion is asked for once more, and says what stands in its way.
IN_USE = {"offices/calendar"}

# Tables of which an empty form is a right answer: every field may be left out; or there is none to be filled in.
MAY_BE_EMPTY = {"agencies/questionsettings", "cases/conflictrule"}
NOTHING_TO_FILL_IN = {"offices/apitoken", "offices/posting"}


def administrators(outcome: int = 200) -> Rule:
    return may(CONFIGURES, outcome, rest=403)


REFUSED = may(frozenset(), rest=403)
NOT_POSTED = may(CONFIGURES, 405, rest=403)
NOBODY_ACTS: frozenset[str] = frozenset()


def _table(name: str, allowed: set[str]) -> Iterator[Row]:
    of, base = f"admin {name}", f"admin/{name}/"
    row = f"{base}<path:object_id>/"
    adds = administrators() if ADD in allowed else REFUSED
    saved = name in MAY_BE_EMPTY or name in NOTHING_TO_FILL_IN
    changes = administrators(302 if saved else 200) if CHANGE in allowed else REFUSED
    deletes = administrators(200 if name in IN_USE else 302) if DELETE in allowed else REFUSED
    gone = CONFIGURES if DELETE in allowed and name not in IN_USE else NOBODY_ACTS
    yield Row(base, get=administrators(), post=administrators())
    yield Row(f"{base}add/", get=adds, post=adds)
    yield Row(
        f"{row}change/",
        of=of,
        get=administrators(),
        post=changes,
        acts=CONFIGURES if name in MAY_BE_EMPTY else NOBODY_ACTS,
    )
    yield Row(f"{row}delete/", of=of, get=administrators() if DELETE in allowed else REFUSED, post=deletes, acts=gone)
    yield Row(f"{row}history/", of=of, get=administrators(), post=administrators())
    yield Row(row, of=of, get=administrators(302), post=administrators(302))


ADMIN = [
    Row("admin/", get=administrators(), post=administrators()),
    Row(
        "admin/^(?P<app_label>visas|agencies|documents|cases|offices)/$", args=("offices",), get=administrators(),
        post=administrators(),
    ),
    # one door to the house: its own sign-in page
    Row("admin/login/", get=may(EVERYONE, 403), post=may(EVERYONE, 403)),
    Row("admin/logout/", get=NOT_POSTED, post=administrators(), acts=CONFIGURES, out=(302, 302)),
    Row("admin/password_change/", get=administrators(), post=administrators()),
    Row("admin/password_change/done/", get=administrators(), post=NOT_POSTED),
    Row("admin/search/", get=administrators(), post=administrators()),
    Row("admin/autocomplete/", get=REFUSED, post=NOT_POSTED),  # of no field that there is
    Row("admin/jsi18n/", get=administrators(), post=NOT_POSTED),
    Row(
        "admin/r/<path:content_type_id>/<path:object_id>/", args=(1, 1), get=administrators(404),
        post=administrators(404),
    ),
    Row("admin/(?P<url>.*)$", args=("no-such-page",), get=administrators(404), post=administrators(404)),
    Row("admin/offices/user/<id>/password/", of="admin offices/user", get=administrators(), post=administrators()),
    Row("admin/agencies/agency/estado/", get=administrators(302), post=administrators(302)),
    Row(
        "admin/documents/sealauthority/<path:object_id>/publish/", of="admin documents/sealauthority",
        get=administrators(), post=administrators(302), acts=CONFIGURES,
    ),
    Row(
        "admin/documents/sealsigner/<path:object_id>/revoke/", of="admin documents/sealsigner", get=administrators(),
        post=administrators(),
    ),
    Row(
        "admin/documents/texttemplate/<path:object_id>/preview/", of="admin documents/texttemplate",
        get=administrators(), post=administrators(),
    ),
    Row(
        "admin/documents/texttemplate/formato/<slug:kind>/<slug:case>/", args=("visa", "ordinary"),
        get=administrators(), post=administrators(405),
    ),
    Row("admin/documents/texttemplate/vista-previa/", get=administrators(405), post=administrators(422)),
    *[row for name, allowed in TABLES.items() for row in _table(name, allowed)],
]  # fmt: skip
