"""A person shares facts with a receiver, sees each time they were read, and stops it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet.actions import share_facts, stop_sharing
from gapura.kernel.wallet.forms import ShareForm
from gapura.kernel.wallet.models import Sharing
from gapura.kernel.wallet.permissions import shares_for_themselves
from gapura.kernel.wallet.queries import (
    access_sharing,
    find_receiver,
    get_sharing_terms,
    get_terms,
    list_fetches,
    list_shareable_facts,
    list_sharings,
)
from gapura.kernel.wallet.types import CannotShare
from gapura.web.languages import localized

_BETWEEN = "/"


@require_safe
def show_shared(request: HttpRequest) -> HttpResponse:
    """What may be shared with whom, and what was."""
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    receivers = {
        code: one for code, one in get_terms().receivers.items() if one.agency and list_shareable_facts(one, on=today)
    }
    bundles = [
        (bundle, receivers[code])
        for bundle in get_sharing_terms().bundles.values()
        for code in bundle.receivers
        if code in receivers
    ]
    rows = [_present(one) for one in list_sharings(actor)]
    return render(request, "wallet/facts.html", {"bundles": bundles, "receivers": receivers.values(), "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, receiver: str) -> HttpResponse:
    """The form; ``bundle`` ticks the fewest facts that do for its purpose."""
    actor, to, today = access_resident(request), find_receiver(receiver), clock.today(settings.TIME_ZONE)
    allowed = list_shareable_facts(to, on=today) if to else {}
    if not shares_for_themselves(actor) or not allowed:
        raise AccessDenied
    bundle = get_sharing_terms().bundles.get(request.GET.get("bundle", ""))
    data = request.POST if request.method == "POST" else None
    form = ShareForm(data, _choices(allowed), _values(bundle.facts) if bundle else [])
    if form.is_valid():
        cleaned = form.cleaned_data | {"facts": _by_type(form.cleaned_data["facts"])}
        try:
            sharing = share_facts(actor=actor, receiver=receiver, now=clock.now(), **cleaned)
        except CannotShare as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Shared. You see here each time the facts are read, and can stop it."))
            return redirect("wallet:sharing", sharing.number)
    return render(request, "wallet/share.html", {"receiver": to, "form": form, "bundle": bundle})


@require_safe
def show_sharing(request: HttpRequest, number: str) -> HttpResponse:
    """One sharing, and each time its facts were read."""
    sharing = access_sharing(access_resident(request), number)
    return render(request, "wallet/sharing.html", {"row": _present(sharing), "fetches": list_fetches(sharing)})


@require_POST
def stop(request: HttpRequest, number: str) -> HttpResponse:
    stop_sharing(actor=access_resident(request), number=number, now=clock.now())
    messages.success(request, _("Stopped. From now on these facts are not given any more."))
    return redirect("wallet:sharing", number)


def _present(sharing: Sharing) -> dict[str, Any]:
    facts = [
        title for evidence_type, fields in sharing.facts.items() for title in describe_request(evidence_type, fields)[1]
    ]
    return {
        "sharing": sharing,
        "receiver": find_receiver(sharing.receiver),
        "facts": facts,
        "is_standing": sharing.is_standing(clock.now()),
    }


def _choices(allowed: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Every field with its title, and the evidence type's in front where there are several."""
    return [
        (f"{evidence_type}{_BETWEEN}{name}", localized(describe_request(evidence_type, [name])[1][0]))
        for evidence_type, fields in allowed.items()
        for name in fields
    ]


def _values(facts: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{evidence_type}{_BETWEEN}{name}" for evidence_type, fields in facts.items() for name in fields]


def _by_type(values: Sequence[str]) -> dict[str, list[str]]:
    facts: dict[str, list[str]] = defaultdict(list)
    for value in values:
        evidence_type, _between, name = value.partition(_BETWEEN)
        facts[evidence_type].append(name)
    return dict(facts)
