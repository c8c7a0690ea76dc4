"""The icons in use, by their name in Tabler Icons.

``python -m config.assets`` builds the sprite from this list and stops at a name that does not exist;
``{% icon %}`` refuses a name that is not listed.
"""

_NAMES = """
    adjustments-horizontal alarm alert-circle alert-octagon alert-triangle archive arrow-back-up
    arrow-down arrow-left arrow-narrow-right arrow-right arrow-up arrows-exchange ban bell book bookmark
    briefcase building building-bank calendar calendar-due cash certificate chart-bar check checklist
    checks chevron-down chevron-left chevron-right chevron-up circle circle-check circle-dashed circle-x
    clipboard-check clock cloud-off copy corner-up-left credit-card database device-floppy dots
    dots-vertical download e-passport equal equal-not external-link eye eye-off file file-alert
    file-check file-description file-import file-text files filter flag flag-3 folder folder-open gavel
    help-circle history home hourglass id inbox info-circle key keyboard language layout-dashboard
    layout-sidebar-left-collapse layout-sidebar-left-expand link list list-details loader-2 lock
    lock-open login logout mail mail-forward map-pin menu-2 message message-2 minus new-section note
    notes paperclip pencil player-pause player-play player-skip-forward plug plus printer progress-check
    question-mark refresh reload report report-analytics rotate-clockwise route rubber-stamp scan search
    selector send settings shield shield-check shield-lock sitemap square-check stack-2 star
    switch-horizontal table-export tag timeline-event transfer-in trash upload user user-check
    user-circle user-plus user-question user-search users users-group versions wifi-off world x
    zoom-question
"""

OUTLINE = frozenset(_NAMES.split())
