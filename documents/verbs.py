"""The verbs of this room in the audit log, in words."""

from django.utils.translation import gettext_lazy as _

from cases.verbs import name_verbs

name_verbs(
    {
        "document.cancelled": _("Document cancelled"),
        "document.delivered": _("Document delivered"),
        "document.issued": _("Document produced"),
        "document.produced_again": _("Document produced again"),
        "document.quality_confirmed": _("Quality of a document confirmed"),
        "document.spoilt": _("Document spoilt"),
        "file.signed": _("File signed"),
        "file.stamped": _("File stamped with the time"),
        "signature.signer_added": _("Signer of files added"),
        "instrument.written": _("Instrument written"),
        "letter.written": _("Letter written"),
        "text.published": _("Text published"),
        "blanks.received": _("Blanks received"),
        "blanks.sent": _("Blanks sent"),
        "blanks.arrived": _("Arrival of blanks recorded"),
        "blanks.destruction_proposed": _("Destruction of blanks proposed"),
        "blanks.destruction_withdrawn": _("Proposal of destruction withdrawn"),
        "blanks.destroyed": _("Blanks destroyed"),
        "blanks.handed_out": _("Blanks handed out for an emergency"),
        "blanks.file_read": _("File of an act on blanks read"),
        "seal.authority_added": _("Seal authority added"),
        "seal.signer_added": _("Seal signer added"),
        "seal.signer_revoked": _("Seal signer revoked"),
        "blank.assigned": _("Blank assigned"),
        "blanks.alarm": _("Alarm about blanks"),
        "blanks.alarm_closed": _("Alarm about blanks settled"),
        "blanks.counted": _("Blanks counted"),
        "blanks.reconciled": _("Emergency blanks reconciled"),
        "document.verified": _("Document verified by an entity"),
    }
)
