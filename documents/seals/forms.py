"""The form of the validation page and of the API: one seal, as a picture or as text, and the zones to compare."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.seals.barcode import MAX_BYTES, PictureProblem, read_picture
from documents.seals.validation import bytes_of_text, validate
from icao.vds import Judgement

_TOLD = {
    "too_large": gettext_lazy("The picture is too large: at most 5 MB and 40 megapixels."),
    "not_a_picture": gettext_lazy("This file is not a picture in PNG, JPEG or WebP."),
}


class SealForm(forms.Form):
    image = forms.FileField(
        label=gettext_lazy("Picture of the seal"), required=False,
        help_text=gettext_lazy("Photograph or scan of the square bar code: PNG, JPEG or WebP, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    seal = forms.CharField(
        label=gettext_lazy("Content of the seal"), required=False, max_length=16_000,
        help_text=gettext_lazy("As a reader gives it, in hexadecimal or Base64."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    printed_mrz = forms.CharField(
        label=gettext_lazy("Machine-readable zone of the document"), required=False, max_length=1_000,
        help_text=gettext_lazy("If given, it is compared with the seal."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "mrz-input"}),
    )  # fmt: skip
    passport_mrz = forms.CharField(
        label=gettext_lazy("Machine-readable zone of the passport"), required=False, max_length=1_000,
        help_text=gettext_lazy("Of a visa: if given, the visa must have been sealed for this passport."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "mrz-input"}),
    )  # fmt: skip

    def clean_image(self) -> UploadedFile | None:
        image = self.cleaned_data["image"]
        if image is not None and image.size > MAX_BYTES:
            raise forms.ValidationError(_TOLD["too_large"])
        return image

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        image, text = data.get("image"), data.get("seal")
        if self.errors:
            return data
        if bool(image) == bool(text):
            self.add_error("image", _("Give either a picture or the content of the seal."))
        elif image:
            try:
                data["bytes"] = read_picture(image.read())
            except PictureProblem as problem:
                self.add_error("image", _TOLD[problem.code])
        else:
            data["bytes"] = bytes_of_text(text)
            if data["bytes"] is None:
                self.add_error("seal", _("This is neither hexadecimal nor Base64."))
        return data

    def judgement(self) -> Judgement:
        """The status of the seal in a valid form."""
        return validate(
            self.cleaned_data["bytes"],
            printed_mrz=self.cleaned_data["printed_mrz"],
            passport_mrz=self.cleaned_data["passport_mrz"],
        )
