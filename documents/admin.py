"""Administration of number series, kinds of blanks, grounds, and the wording of letters and messages. Issued documents
are case content and not here; neither is the ledger of blanks."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from documents import previews, services
from documents.errors import DocumentError
from documents.models import BlankKind, DocumentSeries, LifeGround, TextTemplate
from documents.pages import PAGES
from documents.seals import admin as _seals  # noqa: F401 (registers its tables)
from documents.signatures import admin as _signatures  # noqa: F401 (registers its tables)
from documents.wording import KINDS
from offices.admin_site import ConfigurationAdmin
from ui.numbers import row_id


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ConfigurationAdmin):
    list_display = ["kind", "prefix", "last"]
    search_fields = ["kind"]
    fields = ["kind", "prefix", "last"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "last"] if obj else ["last"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a series that begins anew would give numbers out twice


@admin.register(BlankKind)
class BlankKindAdmin(ConfigurationAdmin):
    list_display = ["name", "document_kind", "procedure", "photo_required", "low_stock", "active", "verified"]
    list_filter = ["procedure", "active", "verified"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "document_kind", "procedure"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its numbers are in the ledger for ever


@admin.register(LifeGround)
class LifeGroundAdmin(ConfigurationAdmin):
    list_display = ["text", "state", "code", "active", "legal_basis", "verified"]
    list_filter = ["state", "active", "verified"]
    search_fields = ["code", "text"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["state", "code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was decided on it has to stay explainable; switch it off instead


class TextTemplateForm(forms.ModelForm):
    code = forms.ChoiceField(label=gettext_lazy("text"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = TextTemplate
        fields = ["code", "language", "subject", "body", "legal_basis", "verified", "change_note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].choices = [(code, kind.title) for code, kind in KINDS.items()]
        if "body" in self.fields and self.instance.code in KINDS:
            self.fields["body"].help_text = f"{self.fields['body'].help_text} {names_of(self.instance.code)}"


def names_of(code: str) -> str:
    """The names and conditions that a text may use, as its form tells them."""
    kind = KINDS[code]
    told = _("Names: %(names)s.") % {"names": ", ".join(f"{{{name}}}" for name in sorted(kind.names | kind.lists))}
    if kind.conditions:
        conditions = ", ".join(f"[if {name}]" for name in sorted(kind.conditions))
        told += " " + _("Conditions: %(conditions)s.") % {"conditions": conditions}
    if kind.sections:
        told += " " + _("Parts: %(parts)s.") % {"parts": " ".join(f"[{name}]" for name in kind.sections)}
    return told


@admin.register(TextTemplate)
class TextTemplateAdmin(ConfigurationAdmin):
    """Saving publishes a new version; the versions before it can be read and not changed."""

    form = TextTemplateForm
    list_display = ["title", "language", "version", "in_use", "legal_basis", "verified", "by", "at"]
    list_filter = ["code", "language", "verified"]
    search_fields = ["code", "subject", "body"]
    list_select_related = ["by"]
    actions_detail = ["preview"]
    change_form_after_template = "documents/admin/preview.html"
    list_before_template = "documents/admin/layouts.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        later = TextTemplate.objects.filter(
            code=OuterRef("code"), language=OuterRef("language"), version__gt=OuterRef("version")
        )
        return super().get_queryset(request).annotate(latest=~Exists(later))

    @admin.display(description=gettext_lazy("text"), ordering="code")
    def title(self, text: TextTemplate) -> Any:
        return text.title

    @admin.display(description=gettext_lazy("in use"), boolean=True)
    def in_use(self, text: Any) -> bool:
        return text.latest

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        named = ["title" if obj else "code", "language"]
        return [*named, "subject", "body", "legal_basis", "verified", "change_note"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "title", "language"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and getattr(obj, "latest", True)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was sent in it has to stay explainable

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        published = services.publish_text(
            actor=request.user,
            code=obj.code,
            language=obj.language,
            subject=obj.subject,
            body=obj.body,
            legal_basis=obj.legal_basis,
            verified=obj.verified,
            change_note=obj.change_note,
        )
        obj.pk, obj.version = published.pk, published.version

    def get_urls(self) -> list[Any]:
        own = [
            path("vista-previa/", self.admin_site.admin_view(self.preview_draft), name="documents_texttemplate_draft"),
            path(
                "formato/<slug:kind>/<slug:case>/",
                self.admin_site.admin_view(self.preview_layout),
                name="documents_texttemplate_layout",
            ),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"layouts": PAGES.items(), **(extra_context or {})})

    @action(description=gettext_lazy("Preview"), icon="visibility", permissions=["view"])
    def preview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The text as an invented applicant would get it."""
        return _shown(previews.preview, get_object_or_404(TextTemplate, pk=object_id))

    @method_decorator(require_POST)
    def preview_draft(self, request: HttpRequest) -> HttpResponse:
        """The text as it stands in the form, not saved, in an ordinary or a long case."""
        saved = TextTemplate.objects.filter(pk=row_id(request.GET.get("text"))).first()
        form = self.get_form(request, saved)(request.POST, instance=saved)
        if not form.is_valid():
            told = [f"{form[name].label if name in form.fields else name}: {' '.join(map(str, found))}"
                    for name, found in form.errors.items()]  # fmt: skip
            return HttpResponse("\n".join(told), content_type=previews.PLAIN, status=422)
        return _shown(previews.preview, form.instance, _case(request.GET.get("case", previews.ORDINARY)))

    @method_decorator(require_safe)
    def preview_layout(self, request: HttpRequest, kind: str, case: str) -> HttpResponse:
        """The page of a document with an invented holder."""
        if kind not in PAGES:
            raise Http404
        return _shown(lambda: (previews.layout(kind, _case(case)), previews.PDF))


def _case(name: str) -> str:
    if name not in previews.CASES:
        raise Http404
    return name


def _shown(made: Callable[..., tuple[bytes | str, str]], *args: Any) -> HttpResponse:
    """A preview in the browser, or why there is none."""
    try:
        content, content_type = made(*args)
    except DocumentError as error:
        content, content_type = error.safe_message, previews.PLAIN
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": "inline"})
