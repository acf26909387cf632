from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "gapura.kernel.records"
    label = "records"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.exchange.plugin import register_objection
        from gapura.kernel.records import subscribers, tasks
        from gapura.kernel.records.public_services import HoldHandler, LiftingHandler, WithdrawnConsent
        from gapura.kernel.records.types import OFFICER
        from gapura.web.navigation import Entry, Group, Place, register_entry

        assert subscribers
        assert tasks
        register_approval_handler(HoldHandler())
        register_approval_handler(LiftingHandler())
        register_objection(WithdrawnConsent())
        officers, group = frozenset({OFFICER}), Group.ADMINISTRATION
        register_entry(Entry(Place.DESK, _("Records"), "records:desk", 60, roles=officers, group=group))
        mine, note = frozenset({"resident"}), _("A copy of everything held about you, corrections, and your consent.")
        register_entry(Entry(Place.ACCOUNT, _("Your rights over your data"), "records:copies", 30, mine, note=note))
