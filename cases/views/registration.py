"""The pages of registration, for every procedure: choose one, fill in its form, attach files, submit.

Each view is given the procedure's form class by :func:`routes`. Whatever is posted is kept in the draft first, so an
error, a lost session or a second click loses nothing. The parts that htmx replaces are those of the page itself, and
without JavaScript the same form posts to the same address.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cases.errors import StateConflict
from cases.models import Attachment, Case, Draft, Stage
from cases.registration import RegistrationForm, registrations
from cases.registration.receiving import limit_text, measured
from cases.registration.services import bring_file, submit
from cases.services import drop_attachment, drop_draft, keep_draft, open_draft
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act
from offices.zones import zone_of
from ui.numbers import row_id

STASH = "registration"  # session key: what was posted after the session had ended, by draft
FILES_PER_FORM = 15  # a form without JavaScript sends its files with itself

FormClass = type[RegistrationForm]


def routes(prefix: str, form_class: FormClass) -> list[URLPattern]:
    """The addresses of one procedure's registration below ``prefix``."""
    views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
        "form": ("", form),
        "save": ("guardar/", save),
        "zone": ("zona/", read_zone),
        "upload": ("archivos/<slug:code>/", upload),
        "drop_file": ("archivos/<uuid:key>/quitar/", drop_file),
        "delete": ("borrar/", delete),
    }
    return [
        path(f"{prefix}/<uuid:draft>/{rest}", view, {"form_class": form_class}, name=name)
        for name, (rest, view) in views.items()
    ]


# --- choosing a procedure -------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The procedures that may be registered at the current office, and the person's unfinished registrations."""
    office = request.posting.office if request.posting else None
    if request.method == "POST":
        form_class = registrations.get(request.POST.get("procedure", ""))
        if form_class is None or office is None:
            raise Http404
        draft = open_draft(actor=request.user, procedure=form_class.procedure, office=office)
        return redirect(_address(form_class, "form", draft))
    allowed = authority_of(request.user).procedures(Act.REGISTER)
    drafts = _drafts(request.user).filter(procedure__in=registrations)[:50]
    context = {
        "office": office,
        "forms": [
            form_class
            for code, form_class in registrations.items()
            if office is not None and office.pk in allowed.get(code, ())
        ],
        "drafts": [_listed(draft) for draft in drafts],
    }
    return render(request, "cases/registration/start.html", context)


def _listed(draft: Draft) -> dict[str, Any]:
    form_class = registrations[draft.procedure]
    names = [draft.data.get("primary", "").upper(), draft.data.get("secondary", "")]
    return {
        "draft": draft,
        "files": len(draft.attached),
        "form": form_class,
        "name": ", ".join(filter(None, names)),
        "number": draft.data.get("number", ""),
        "url": _address(form_class, "form", draft),
        "delete_url": _address(form_class, "delete", draft),
    }


def _address(form_class: FormClass, name: str, draft: Draft | UUID, *args: Any) -> str:
    key = draft.pk if isinstance(draft, Draft) else draft
    return reverse(f"{form_class.namespace}:{name}", args=[key, *args])


# --- what every view of a draft does first ---------------------------------------------------------------------------


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the signed-in person's own draft.

    Somebody else's is 404. One that has become a case leads there. Without a session, what was posted is put aside
    until the person has signed in and comes back.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, draft: UUID, form_class: FormClass, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in(request, draft, form_class)
        row = _drafts(request.user).filter(pk=draft, procedure=form_class.procedure).first()
        stash = request.session.get(STASH, {}).get(str(draft))
        if stash is not None:
            request.session[STASH] = {key: held for key, held in request.session[STASH].items() if key != str(draft)}
        if row is None:
            return _became(request, draft)
        if stash:
            row.data = {**row.data, **stash}
            keep_draft(row, actor=request.user, data=row.data)
            messages.info(request, _("Your session had ended. What you had typed is here: look it over and go on."))
        return view(request, row, form_class, **kwargs)

    return never_cache(wrapped)


def _drafts(user: User) -> QuerySet[Draft]:
    """The person's own drafts, each with the codes of the requirements that have a file."""
    codes = Attachment.objects.filter(draft=OuterRef("pk")).order_by().values("requirement")
    return Draft.objects.visible_to(user).select_related("office").annotate(attached=ArraySubquery(codes))


def _sign_in(request: HttpRequest, draft: UUID, form_class: FormClass) -> HttpResponse:
    if request.method == "POST":
        typed = form_class.typed(request.POST)
        if typed:
            request.session[STASH] = {str(draft): typed}
    address = _address(form_class, "form", draft)
    if not request.htmx:
        return redirect_to_login(address)
    login = redirect_to_login(address).url
    answer = render(request, "cases/registration/signed_out.html", {"login_url": login})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#save-state", "innerHTML"
    return answer


def _became(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The case a draft was submitted as: a second submission ends where the first did."""
    case = Case.objects.visible_to(request.user).filter(draft_id=draft).first()
    if case is None:
        raise Http404
    address = reverse("cases:case", args=[case.number])
    if not request.htmx:
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


def _too_long(request: HttpRequest, code: str = "", **kwargs: Any) -> HttpResponse:
    if not request.htmx:
        return render(request, "413.html", {"detail": limit_text()}, status=413)
    context = {"code": code, "error": limit_text()}
    answer = render(request, "cases/registration/upload_refused.html", context, status=413)
    answer["HX-Reswap"] = "none"  # only the row's place for errors changes
    return answer


def _build(
    request: HttpRequest, draft: Draft, form_class: FormClass, values: Mapping[str, Any],
    upload_errors: Mapping[str, str] | None = None,
) -> RegistrationForm:  # fmt: skip
    form = form_class(
        values,
        draft=draft,
        actor=request.user,
        attached=draft.attached,
        upload_errors=upload_errors,
    )
    form.full_clean()
    return form


def _raw(request: HttpRequest, draft: Draft, form_class: FormClass, values: Mapping[str, Any]) -> RegistrationForm:
    """A form whose zone is read and whose fields are not judged: no statement but that of its choices."""
    return form_class(values, draft=draft, actor=request.user)


def _context(form: RegistrationForm, **more: Any) -> dict[str, Any]:
    draft, kind = form.draft, type(form)
    return {
        "form": form,
        "draft": draft,
        "page_url": _address(kind, "form", draft),
        "save_url": _address(kind, "save", draft),
        "zone_url": _address(kind, "zone", draft),
        "delete_url": _address(kind, "delete", draft),
        "namespace": kind.namespace,
        "limit": settings.MAX_UPLOAD_BYTES,
        "limit_mb": settings.MAX_UPLOAD_BYTES // 2**20,
        **more,
    }


# --- the form -------------------------------------------------------------------------------------------------------


@measured(FILES_PER_FORM, refuse=_too_long)
@on_draft
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, draft: Draft, form_class: FormClass) -> HttpResponse:
    """The whole form. Posting it submits, unless the button that was pressed says otherwise."""
    if request.method == "GET":
        return _page(request, _build(request, draft, form_class, draft.data))
    before, values = draft.data, form_class.typed(request.POST)
    act = request.POST.get("act", "submit")
    if {"accept", "use"} & set(request.POST):
        act, values = "help", values | _helped(request, _raw(request, draft, form_class, values))
    filled: dict[str, str] = {}
    if act in ("read", "help") or (act != "save" and values.get("mrz", "") != before.get("mrz", "")):
        filled = _raw(request, draft, form_class, values).filled_from_zone(before)
    values |= filled
    if values != before:
        keep_draft(draft, actor=request.user, data=values)
    draft.data = values
    errors: dict[str, str] = {}
    if request.FILES or request.file_limit.too_large:
        errors = _bring_files(request, _build(request, draft, form_class, values))
        draft = _drafts(request.user).get(pk=draft.pk)
    if act in ("submit", "submit_incomplete"):
        return _submitted(request, draft, form_class, errors, look_again=bool(filled), act=act)
    if errors:
        return _page(request, _build(request, draft, form_class, values, errors), status=422)
    return redirect(_address(form_class, "form", draft))


def _helped(request: HttpRequest, form: RegistrationForm) -> dict[str, str]:
    """What a button inside the form puts into it: an offered reading of the zone, or the zone's value of a field."""
    accepted, used = row_id(request.POST.get("accept")), request.POST.get("use", "")
    if accepted is not None and accepted < len(form.zone.offers):
        return {"mrz": form.zone.offers[accepted].zone}
    if used in form.zone.values:
        return {used: form.zone.values[used]}
    return {}


def _bring_files(request: HttpRequest, form: RegistrationForm) -> dict[str, str]:
    """Attach the files that came with the form; requirement code → what was wrong."""
    errors = {}
    for row in form.checklist.rows:
        code, name = row.requirement.code, row.field_name
        if name in request.file_limit.too_large:
            errors[code] = limit_text()
        elif name in request.FILES:
            try:
                bring_file(form.draft, request.FILES[name], actor=request.user, requirement=row.requirement)
            except ValidationError as refused:
                errors[code] = " ".join(refused.messages)
    return errors


def _submitted(
    request: HttpRequest, draft: Draft, form_class: FormClass, errors: Mapping[str, str], *, look_again: bool, act: str
) -> HttpResponse:
    form = _build(request, draft, form_class, {**draft.data, "tried": "1"}, errors)
    if look_again:
        messages.info(request, _("Fields were filled in from the zone: look them over, then submit."))
    if look_again or errors or not form.is_valid():
        return _page(request, form, status=422)
    if form.still_missing and act != "submit_incomplete":
        form.unconfirmed = True
        return _page(request, form, status=422)
    try:
        case = submit(form, actor=request.user)
    except StateConflict as conflict:
        if conflict.code != "submitted":
            raise
        return _became(request, draft.pk)
    except ValidationError as refused:
        for name, texts in getattr(refused, "message_dict", {"__all__": refused.messages}).items():
            form.add_error(name if name in form.fields else None, texts)
        return _page(request, form, status=422)
    _tell(request, case)
    return redirect("cases:case", case.number)


def _tell(request: HttpRequest, case: Case) -> None:
    if case.stage != Stage.OBSERVED:
        messages.success(request, _("Application %(number)s has been registered.") % {"number": case.number})
        return
    step = case.task_set.filter(finished__isnull=True).order_by("-id").first()
    text = _("Application %(number)s has been registered and is observed: what is missing has to come by %(day)s.")
    day = "—"
    if step and step.due_at:  # the end of a term is exclusive: midnight belongs to the day before
        last = step.due_at.astimezone(zone_of(case.office.time_zone)) - timedelta(microseconds=1)
        day = date_format(last)
    messages.warning(request, text % {"number": case.number, "day": day})


def _page(request: HttpRequest, form: RegistrationForm, status: int = 200) -> HttpResponse:
    return render(request, "cases/registration/form.html", _context(form), status=status)


# --- the parts htmx replaces ----------------------------------------------------------------------------------------


@on_draft
@require_POST
def save(request: HttpRequest, draft: Draft, form_class: FormClass) -> HttpResponse:
    """Keep what has been typed, and answer with what that changes: notes at the fields, what is missing, the checklist
    and the fee of another class, persons that may be the same."""
    values = form_class.typed(request.POST)
    keep_draft(draft, actor=request.user, data=values)
    draft.data = values
    form = _build(request, draft, form_class, values)
    more = {
        "new_checklist": request.POST.get("checklist_shown", "") != form.checklist.signature,
        "new_people": request.POST.get("people_shown", "") != form.people_signature,
    }
    return render(request, "cases/registration/live.html", _context(form, live=True, saved_at=timezone.now(), **more))


@on_draft
@require_POST
def read_zone(request: HttpRequest, draft: Draft, form_class: FormClass) -> HttpResponse:
    """The verdict on the zone in the box; the page takes the values over into empty fields."""
    form = _build(request, draft, form_class, form_class.typed(request.POST))
    return render(request, "cases/registration/zone.html", _context(form, live=True))


@measured(1, refuse=_too_long)
@on_draft
@require_POST
def upload(request: HttpRequest, draft: Draft, form_class: FormClass, code: str) -> HttpResponse:
    """Attach one file to the draft at once."""
    form = _build(request, draft, form_class, draft.data)
    if form.checklist.row(code) is None:
        raise Http404
    errors = _bring_files(request, form)
    return _row(request, draft, form_class, code, errors)


@on_draft
@require_POST
def drop_file(request: HttpRequest, draft: Draft, form_class: FormClass, key: UUID) -> HttpResponse:
    """Take a file out of the draft."""
    if not request.htmx:  # the whole form was posted with the button
        keep_draft(draft, actor=request.user, data=form_class.typed(request.POST))
    attachment = Attachment.objects.select_related("draft").filter(draft=draft, key=key).first()
    if attachment is not None:
        drop_attachment(attachment, actor=request.user)
    if not request.htmx:
        return redirect(_address(form_class, "form", draft))
    return _row(request, draft, form_class, attachment.requirement if attachment else "", {})


def _row(
    request: HttpRequest, draft: Draft, form_class: FormClass, code: str, errors: Mapping[str, str]
) -> HttpResponse:
    draft = _drafts(request.user).get(pk=draft.pk)
    form = _build(request, draft, form_class, draft.data, errors)
    context = _context(form, row=form.checklist.row(code), live=True)
    return render(request, "cases/registration/upload.html", context, status=422 if errors else 200)


@on_draft
@require_POST
def delete(request: HttpRequest, draft: Draft, form_class: FormClass) -> HttpResponse:
    """Forget an unfinished registration."""
    drop_draft(draft, actor=request.user)
    messages.info(request, _("The draft has been deleted."))
    return redirect(f"{form_class.namespace}:start")
