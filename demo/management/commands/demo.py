"""``manage.py demo``: the demonstration ministry. Repeated, it changes nothing."""

from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from demo import accounts, ministry
from demo.loading import CASES, SEED, load


class Command(BaseCommand):
    help = _("Load the demonstration ministry: offices, people and some 300 invented visa cases in every state.")
    requires_system_checks: list[str] = []  # `make run` waits for this

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help=_("only print the accounts that can sign in"))
        parser.add_argument("--cases", type=int, default=CASES, help=_("how many cases (%(default)s)"))
        parser.add_argument("--seed", type=int, default=SEED, help=_("other people, other dates, for another number"))

    def handle(self, *args, **options) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError(_("The demonstration does not belong into production."))
        if options["accounts"]:
            self.stdout.write(accounts.table(ministry.PLACES))
            return
        if options["cases"] < 0:
            raise CommandError(_("How many cases? Not fewer than none."))
        posts = load(seed=options["seed"], many=options["cases"])
        if posts is None:
            self.stdout.write(_("The demonstration is there already."))
            return
        self.stdout.write(_summary(posts))


def _summary(posts: Counter[str]) -> str:
    return _("%(cases)d cases at %(posts)d posts: %(list)s") % {
        "cases": posts.total(),
        "posts": len(posts),
        "list": ", ".join(f"{code} {many}" for code, many in posts.most_common()),
    }
