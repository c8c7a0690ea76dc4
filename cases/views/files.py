"""Files of cases: reading one, attaching one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from cases import services
from cases.access import check_reading
from cases.case_forms import AttachForm
from cases.errors import NotAllowed, StateConflict
from cases.models import Attachment
from cases.page import CasePage, page_of
from cases.reading import note_file_read, note_sought
from cases.uploads import EXTENSIONS, clean_name
from cases.views.receiving import limited_upload
from offices.roles import Act

# A file comes from an applicant: whatever it holds, it may do nothing in our pages' name.
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@login_required
@require_safe
def download(request: HttpRequest, key) -> HttpResponse:
    """A file of a visible case or of one's own draft; shown in the browser, or saved with ``?descargar``.

    The type is what the content was found to be when it came in. Every reading is in the audit log.
    """
    visible = Attachment.objects.visible_to(request.user).select_related("case")
    attachment = visible.filter(key=key).first()
    if attachment is None:
        note_sought(request.user, str(key))
        raise Http404
    if attachment.case is not None:
        check_reading(request.user, attachment.case)
    known = attachment.content_type in EXTENSIONS
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    note_file_read(request.user, attachment)
    return FileResponse(
        content,
        as_attachment=not known or "descargar" in request.GET,
        filename=clean_name(attachment.name),
        content_type=attachment.content_type if known else "application/octet-stream",
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@login_required
@limited_upload(lambda request, number: 1)
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add a file to an open case."""
    page = page_of(request.user, number)
    _check_may_attach(page)
    form = AttachForm(request.POST or None, request.FILES or None, case=page.case)
    if request.method != "POST" or not form.is_valid():
        context = {"page": page, "case": page.case, "form": form}
        return render(request, "cases/case/attach.html", context, status=422 if form.is_bound else 200)
    try:
        services.attach_file(actor=request.user, case=page.case, **form.values())
    except ValidationError as error:
        form.add_error("file", error)
        return render(request, "cases/case/attach.html", {"page": page, "case": page.case, "form": form}, status=422)
    messages.success(request, _("File attached."))
    return redirect(page.url)


def _check_may_attach(page: CasePage) -> None:
    if not page.can(Act.REGISTER, Act.ASSESS):
        context = {"office_id": page.case.office_id, "case_id": page.case.pk}
        audit.record_denied("attach_file", actor=page.user, data={"code": "no_right"}, **context)
        denial = NotAllowed(_("Your postings do not let you attach files here."), code="no_right", **context)
        denial.recorded = True
        raise denial
    if not page.case.is_open:
        raise StateConflict(_("This case has already ended."), code="closed")
