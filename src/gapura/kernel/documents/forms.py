"""What a verifier types or uploads."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import normalized
from gapura.kernel.documents.queries import MAX_UPLOAD_BYTES


class CodeForm(forms.Form):
    """The printed code, however it is typed."""

    code = forms.CharField(
        label=_("Code on the document"),
        help_text=_("Sixteen letters and digits, for example 7QK2-M4XD-0RHT-9ABC. Hyphens do not matter."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the code.")},
    )

    def clean_code(self) -> str:
        code = normalized(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("This cannot be one of our codes: a character is wrong or missing. Compare it again.")
            )
        return code


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The file (PDF)"),
        help_text=_("It is checked and not kept."),
        widget=forms.FileInput({"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose the PDF as you received it."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than any document of ours, so it is none."))
        return file
