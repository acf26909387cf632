from django.apps import AppConfig


class EducationConfig(AppConfig):
    name = "gapura.sectors.education"
    label = "education"

    def ready(self) -> None:
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.education.models import SchoolEntry
        from gapura.sectors.education.providers import register_providers
        from gapura.sectors.education.queries import list_students

        register_providers()
        register_concern(SchoolEntry, list_students)
