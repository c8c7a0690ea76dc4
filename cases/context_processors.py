"""What the shell of every page shows: menu with counts, posting, search box."""

from collections import Counter
from typing import Any

from django.db.models import Value
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cases.models import Task
from cases.registration import registrations
from cases.registry import registry
from offices.authority import authority_of
from offices.models import Notice
from offices.roles import Act

COUNTED = 99


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page that the person is on."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html; nothing for parts of pages (htmx) and for who is not signed in."""
    if is_part(request) or not hasattr(request, "posting") or not request.user.is_authenticated:
        return {}
    if not hasattr(request, "_navigation"):  # more than one template may be rendered for a request
        request._navigation = _shell(request)
    return request._navigation


def _shell(request: HttpRequest) -> dict[str, Any]:
    posting = request.posting or None
    return {
        "nav": _menu(request),
        "posting": posting,
        "postings": request.postings,
        "posting_switch_url": reverse("cases:switch_posting"),
        "search_url": reverse("cases:search"),
        "home_url": reverse("cases:inbox"),
    }


def _counts(request: HttpRequest) -> dict[str, str]:
    """How many steps are in the inbox, in the queue and, for supervisors, stopped: «99+» beyond that. One statement,
    in which every part ends at its hundredth row."""
    parts = {
        "inbox": Task.objects.inbox_of(request.user).order_by()[: COUNTED + 1],
        "queue": Task.objects.queue_for(request.user).urgent(COUNTED + 1),
    }
    authority = authority_of(request.user)
    if authority.can_anywhere(Act.SUPERVISE):
        stopped = Task.objects.visible_to(request.user).failed().filter(authority.where(Act.SUPERVISE))
        parts["stopped_steps"] = stopped.order_by()[: COUNTED + 1]
    parts["notices"] = Notice.objects.filter(user=request.user, seen_at__isnull=True).order_by()[: COUNTED + 1]
    rows = [tasks.values_list(Value(name), flat=True) for name, tasks in parts.items()]
    found = Counter(rows[0].union(*rows[1:], all=True))
    return {name: f"{COUNTED}+" if number > COUNTED else str(number) for name, number in found.items()}


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    authority = authority_of(request.user)
    counts = _counts(request)
    here = request.resolver_match.view_name if request.resolver_match else ""

    def item(name: str, label: str, icon: str, group: str = "", url: str = "") -> dict[str, Any]:
        code = name.partition(":")[2]
        return {
            "url": url or reverse(name),
            "label": label,
            "icon": icon,
            "count": counts.get(code, ""),
            "active": here == name,
            "group": group,
        }

    menu = [item("cases:inbox", _("My inbox"), "inbox"), item("cases:queue", _("Office queue"), "stack-2")]
    if register_url := _register_url(request):
        register = item("", _("Register application"), "new-section", url=register_url)
        register["active"] = here.partition(":")[0] in {form.namespace for form in registrations.values()}
        menu.append(register)
    menu.append(item("cases:search", _("Search"), "search"))
    if authority.can_anywhere(Act.VIEW):
        menu.append(item("cases:outbox", _("Notifications"), "mail"))
    if authority.can_anywhere(Act.SUPERVISE):
        group = _("Supervision")
        menu.append(item("cases:board", _("Board"), "chart-bar", group))
        menu.append(item("cases:stopped_steps", _("Stopped steps"), "alert-triangle", group))
        menu.append(item("cases:transfers", _("Transfers"), "switch-horizontal", group))
        menu.append(item("cases:conflicts", _("Conflicts of interest"), "user-question", group))
    if authority.can_anywhere(Act.AUDIT):
        menu.append(item("cases:events", _("Audit log"), "report-analytics", _("Audit")))
    menu += [
        item(more.url_name, str(more.title), more.icon, str(more.group)) for more in registry.menu_of(request.user)
    ]
    group = _("Personal")
    menu.append(item("offices:notices", _("Notices"), "bell", group))
    if authority.grants:
        menu.append(item("offices:delegations", _("Absence cover"), "users", group))
    menu.append(item("offices:roles", _("Roles and permissions"), "shield-check", group))
    groups = list(dict.fromkeys(entry["group"] for entry in menu))
    return sorted(menu, key=lambda entry: groups.index(entry["group"]))  # stays in order within a section


def _register_url(request: HttpRequest) -> str:
    """The page that offers every procedure, for whoever may register one; a procedure's app mounts it as ``start``."""
    if not authority_of(request.user).procedures(Act.REGISTER).keys() & registrations.keys():
        return ""
    for form_class in registrations.values():
        try:
            return reverse(f"{form_class.namespace}:start")
        except NoReverseMatch:
            continue  # another procedure's app mounts it
    return ""
