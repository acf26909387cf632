"""The offices of the town: papers, letters, tasks, meetings, and seats to work at."""

from datetime import timedelta
from typing import Any

from gapura.foundation.codes import new_code
from gapura.kernel.cases.actions import submit_application
from gapura.sectors.office import testing as office
from gapura.sectors.office.actions.letter_posting import send_letter
from gapura.sectors.office.actions.publication import publish_document
from gapura.sectors.office.actions.redaction import propose_redaction, redact_document, save_redaction
from gapura.sectors.office.redaction import Mark
from gapura.sectors.smart_work import testing as smart_work
from gapura.sectors.smart_work.codes import make_door_code
from tests.security.people import APPLICANT, NOW, OFFICIALS, STRANGER, resident


def keep_office() -> dict[str, dict[str, Any]]:
    """One of everything that an office keeps."""
    return {**_offer_seats(), **_write_papers(), **_write_letters()}


def _write_papers() -> dict[str, dict[str, Any]]:
    """A draft of the service authority, with an attachment."""
    post = OFFICIALS["service authority"][0]
    actor = office.take_office("service-authority", post, "kemenpan-rb/services")
    draft = office.make_document(actor, now=NOW)
    return {
        "official draft": {"own": {"code": draft.code}},
        "file of a draft": {"own": {"code": draft.code, "file_code": office.make_file(draft, now=NOW).code}},
        **office.make_archive_objects(actor, now=NOW),
        **office.make_work_objects(actor, now=NOW),
        **office.make_desk_objects(actor, now=NOW),
        **office.make_calendar_objects(actor, now=NOW),
    }


def _write_letters() -> dict[str, dict[str, Any]]:
    """Letters of the applicant and to them, and what the public may read, with the service authority's redactions."""
    actor = office.take_office("service-authority", OFFICIALS["service authority"][0], "kemenpan-rb/services")
    unsent, arrived = office.make_letter(APPLICANT, now=NOW), office.make_letter(APPLICANT, is_sent=True, now=NOW)
    records = [office.make_record(actor, serial=serial, now=NOW) for serial in range(1, 5)]
    received = send_letter(actor=actor, document=records[0], person=APPLICANT, now=NOW)
    published = publish_document(actor=actor, document=records[1], now=NOW)
    begun = redact_document(actor=actor, code=records[2].code, now=NOW)
    mark = Mark("h", words="Standards")
    save_redaction(actor=actor, code=begun.code, marks=[mark], files={}, now=NOW)
    proposed = redact_document(actor=actor, code=records[3].code, now=NOW)
    save_redaction(actor=actor, code=proposed.code, marks=[mark], files={}, now=NOW)
    propose_redaction(actor=actor, code=proposed.code, now=NOW)
    file = office.make_picture(records[2], now=NOW)
    changed = office.make_security_change(records[0], now=NOW)
    return {
        "letter": {"unsent": {"code": unsent.code}, "arrived": {"code": arrived.code}},
        "file of a letter": {
            "unsent": {"code": unsent.code, "file_code": unsent.files.get().code},
            "arrived": {"code": arrived.code, "file_code": arrived.files.get().code},
        },
        "letter from an office": {"sent": {"code": received.code}},
        "official record": {"listed": {"code": records[0].code}, "published": {"code": records[1].code}},
        "security note": {"kept": {"code": records[0].code, "number": changed.pk}},
        "publication": {"published": {"code": published.code}, "unknown": {"code": new_code(11)}},
        "file of a publication": {"unknown": {"code": published.code, "file_code": new_code(11)}},
        "information request": {"asked": {"number": _ask_for_information()}},
        "redaction": {"begun": {"code": begun.code}, "proposed": {"code": proposed.code}},
        "file of a redaction": {"begun": {"code": begun.code, "file_code": file.code}},
    }


def _offer_seats() -> dict[str, dict[str, Any]]:
    """A center with a seat of the service authority's today, and a request that waits for them."""
    post, _roles, number = OFFICIALS["service authority"]
    center = smart_work.make_center(networks=[])
    session = smart_work.make_remote_session(number, post_code=post, unit_code="kemenpan-rb/services", now=NOW)
    on = {"post_code": post, "now": NOW}
    own = smart_work.make_agreed_booking(number, center, seat="D01", day=NOW.date(), **on)
    later = NOW.date() + timedelta(days=1)
    asked = {"status": "requested", "is_pre_approved": False, "approver_post": post}
    other = smart_work.make_agreed_booking(STRANGER, center, seat="D02", day=later, **on | asked)
    return {
        "center": {"standing": {"code": center.code}},
        "seat booking": {"own": {"number": own.number}, "of another": {"number": other.number}},
        "seat request": {"asked": {"number": other.number}, "own": {"number": own.number}},
        "open remote session": {"own": {"number": session.number}},
        "door code": {"shown": {"token": make_door_code(center.code, center.timezone, minutes=5, now=NOW)}},
    }


def _ask_for_information() -> str:
    return submit_application(
        actor=resident(APPLICANT),
        service_code="office.information-request",
        subject=APPLICANT,
        relation="self",
        answers={"holder": "kemenpan-rb", "wanted": "The standards of service"},
        language="id",
        idempotency_key="information",
        now=NOW,
    ).number
