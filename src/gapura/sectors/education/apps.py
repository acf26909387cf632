from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EducationConfig(AppConfig):
    name = "gapura.sectors.education"
    label = "education"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.kernel.registers.plugin import register_concern
        from gapura.kernel.worklist.plugin import register_work_kind
        from gapura.kernel.worklist.types import WorkKind
        from gapura.sectors.education.actions import TELL
        from gapura.sectors.education.models import SchoolEntry
        from gapura.sectors.education.providers import register_providers
        from gapura.sectors.education.public_services import PupilTransfer
        from gapura.sectors.education.queries import list_students

        register_providers()
        register_case_effect(PupilTransfer())
        register_work_kind(WorkKind(TELL, _("Tell the school that a pupil left")))
        register_concern(SchoolEntry, list_students)
