"""What a registrar types of a site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import in_language
from gapura.kernel.federation.queries import list_claims
from gapura.kernel.federation.types import ClientTerms


def _lines(label: Any, hint: Any, *, required: bool) -> forms.CharField:
    area = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, help_text=hint, widget=area, required=required, max_length=2000)


class ClientForm(forms.Form):
    """A site as it is proposed."""

    client_id = forms.RegexField(
        r"^[a-z][a-z0-9-]{2,38}\Z",
        label=_("Short name"),
        help_text=_("Small letters, digits and hyphens; it cannot be changed later."),
    )
    title = forms.CharField(label=_("Name of the site, as people know it"), max_length=100)
    redirect_addresses = _lines(
        _("Addresses people return to"), _("One a line, complete and exact; all on one host."), required=True
    )
    sign_out_addresses = _lines(_("Addresses after signing out"), _("One a line."), required=False)
    notice_address = forms.CharField(
        label=_("Address that is told when somebody signs out"), required=False, max_length=500
    )
    claims = forms.MultipleChoiceField(
        label=_("Facts the site may ask people for"),
        help_text=_("Each person decides about each fact. Without any, the site learns that it is the same person."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    legal_ground = forms.CharField(
        label=_("Legal ground"),
        help_text=_("As in the agreement of your agency with the holder of the facts."),
        required=False,
        max_length=200,
    )
    is_public = forms.BooleanField(label=_("It is an app that cannot keep a secret"), required=False)

    def __init__(self, data: Any, *, language: str) -> None:
        super().__init__(data)
        self.fields["claims"].choices = [  # type: ignore[attr-defined]
            (code, in_language(claim.title, language)) for code, claim in list_claims().items()
        ]
        self.language = language

    def get_terms(self, agency_code: str) -> ClientTerms:
        """What was typed, for the registrar's agency."""
        given = self.cleaned_data
        return ClientTerms(
            client_id=given["client_id"],
            title={self.language: given["title"]},
            agency_code=agency_code,
            redirect_addresses=tuple(given["redirect_addresses"].split()),
            sign_out_addresses=tuple(given["sign_out_addresses"].split()),
            notice_address=given["notice_address"],
            claims=tuple(sorted(given["claims"])),
            legal_ground=given["legal_ground"],
            is_public=given["is_public"],
        )
