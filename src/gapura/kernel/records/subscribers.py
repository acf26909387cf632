"""What records do when others report something."""

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.events import CaseDecided
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.records.actions import pass_on_correction
from gapura.kernel.records.tasks import COPY_JOB
from gapura.kernel.records.types import MY_DATA
from gapura.kernel.registers.events import RegisterChanged


@subscribe(CaseDecided)
def copy_data_of_applicant(event: CaseDecided) -> None:
    if event.service_code == MY_DATA and event.approved:
        agency = get_service(MY_DATA, on=clock.today(settings.TIME_ZONE)).agency
        arguments = {"person_number": event.subject, "case_number": event.number, "agency_code": agency}
        enqueue_job(name=COPY_JOB, arguments=arguments, key=f"copy:{event.number}")


@subscribe(RegisterChanged)
def tell_agencies_of_correction(event: RegisterChanged) -> None:
    for person in event.concerned if event.correction else ():
        pass_on_correction(
            actor=system_actor("records"),
            register=event.register,
            subject=person,
            source=event.source,
            now=clock.now(),
        )
