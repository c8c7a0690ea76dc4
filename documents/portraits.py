"""The holder's portrait as documents print it (ICAO 9303-3 §5, 9303-7 zone V): the picture that was handed in, cut to
35 × 45, and not touched otherwise."""

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cases.models import Attachment, Case
from documents.errors import DocumentError

REQUIREMENT = "foto"
"""Under which requirement the portrait is handed in; the same code in every procedure."""

SIZE = (413, 531)  # 35 × 45 mm at 300 pixels per inch (ICAO 9303-3 §5)
SMALLEST = (140, 180)  # 100 pixels per inch: below it a face is a stain
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}
QUALITY = 92  # of the JPEG, without loss of colour resolution: a fifth of a PNG's size, and no edge is seen in print
HEAD = 0.4  # of what is cut off above and below, the part above: heads stand high in a portrait


def portrait_of(case: Case) -> Attachment | None:
    """The portrait last attached to a case; None when there is none, or it can not be printed (no picture, damaged,
    too small, its file lost)."""
    photo = Attachment.objects.filter(case_id=case.pk, requirement=REQUIREMENT).order_by("-pk").first()
    try:
        if photo is not None:
            printed(photo)
    except DocumentError:
        return None
    return photo


def printed(photo: Attachment) -> bytes:
    """The bytes of the portrait in a document: a JPEG of 35 × 45, of at most 300 pixels per inch; the same file gives
    the same bytes. Raises DocumentError when the file can not be read or is too small."""
    try:
        with photo.file.open("rb") as file:
            content = file.read()
    except OSError:
        raise DocumentError(_("The photograph's file can not be read.")) from None
    return cut(content, media_type=photo.content_type)


def cut(content: bytes, *, media_type: str) -> bytes:
    """:func:`printed` for the bytes of a picture."""
    if media_type not in PICTURES:
        raise DocumentError(_("The photograph is not a picture: attach it as JPEG or PNG."))
    try:
        with Image.open(BytesIO(content), formats=[PICTURES[media_type]]) as picture:
            picture.load()
            upright = _opaque(picture)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise DocumentError(_("The photograph is damaged. Attach it again.")) from None
    if upright.width < SMALLEST[0] or upright.height < SMALLEST[1]:
        raise DocumentError(
            _("The photograph is too small: %(width)d × %(height)d pixels; %(least)s are needed.")
            % {"width": upright.width, "height": upright.height, "least": "{} × {}".format(*SMALLEST)}
        )
    scale = min(upright.width / SIZE[0], upright.height / SIZE[1], 1)  # never made larger: that invents pixels
    target = (max(1, round(SIZE[0] * scale)), max(1, round(SIZE[1] * scale)))
    fitted = ImageOps.fit(upright, target, Image.Resampling.LANCZOS, centering=(0.5, HEAD))
    out = BytesIO()
    fitted.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return out.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    """RGB without transparency: what can be seen through is white, as the background shall be."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture).convert("RGB")
    return picture.convert("RGB")
