"""A row for any isolated table: what its columns ask for, and the rows it stands on."""

import itertools
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import models

from gapura.config.isolation import ISOLATED
from gapura.foundation.isolation import Isolated, as_house

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
_number = itertools.count(1)
_FILL = {
    "CharField": lambda field: f"{next(_number):x}"[: field.max_length],
    "TextField": lambda field: "text",
    "JSONField": lambda field: {},
    "BinaryField": lambda field: b"bytes",
    "DateTimeField": lambda field: NOW,
    "DateField": lambda field: NOW.date(),
    "FloatField": lambda field: 1.0,
    "IntegerField": lambda field: 1,
    "BigIntegerField": lambda field: next(_number),
    "PositiveBigIntegerField": lambda field: next(_number),
    "PositiveIntegerField": lambda field: 1,
    "PositiveSmallIntegerField": lambda field: 1,
    "BooleanField": lambda field: False,
}
# What constraints ask of a row.
CHOSEN = {
    "office_letter": {"state": "sent", "sent_at": NOW, "number": lambda: f"L{next(_number)}"},
    "office_letter_step": {"state": "sent"},
    "office_disclosure_change": {"disclosure": "open"},
    "office_publication": {"disclosure": "open", "words": "", "withdrawn_reason": ""},
    "approvals_absence": {"valid_until": NOW.date() + timedelta(days=1)},
    "approvals_path": {"act": "started"},
    "approvals_step": {"task": "review"},
    "bundles_bundlerequest": {"relation": "self"},
    "editions_edition": {"status": "draft", "text": "code: test"},
    "production_piece": {"status": "live"},
    "production_order": {"status": "ready", "delivery": "pick-up"},
    "cases_case": {"status": "review", "relation": "self", "language": "id", "channel": "web"},
    "cases_casestep": {"action": "submit", "status": "received", "actor_kind": "resident"},
    "office_dispatch": {"state": "waiting", "to_agency": "kua", "to_person": "", "to_company": ""},
    "office_dispatch_step": {"mark": "sent"},
    "office_incoming": {"came_by": "office", "state": "arrived"},
    "office_register": {"direction": "incoming"},
    "office_destruction": {"state": "proposed"},
    "office_folder_hold": {"ground": "case"},
    "office_folder_term": {"fate": "destroy", "custody": "unit"},
    "office_transfer": {"state": "sent"},
    "office_year_closing": {"status": "proposed"},
    "payments_bill": {"status": "open", "amount": 5, "full_amount": 5},
    "payments_paymentintent": {"status": "ended"},
    "office_document_reader": {"ground": "drafter"},
    "payments_disbursement": {"status": "done"},
    "smart_work_seat": {"kind": "desk"},
    "payments_refund": {"status": "done", "ground": "surplus"},
    "records_data_copy": {"expires_at": NOW + timedelta(days=1)},
    "civil_look_up": {"reason": "asked at the counter"},
    "civil_look_up_finding": {"kind": "at-night"},
    "documents_document": {"status": "valid"},
    "documents_use": {"kind": "code"},
    "exchange_accessrecord": {"outcome": "asked"},
    "notifications_message": {"kind": "case_received"},
    "notifications_delivery": {"channel": "email", "state": "pending"},
    "office_calendar_entry": {"ends_at": NOW + timedelta(hours=1), "privacy": "open"},
    "office_calendar_exception": {"ends_at": NOW + timedelta(hours=1)},
    "office_calendar_feed": {"scope": "mine"},
    "office_duty_shift": {"ends_at": NOW + timedelta(hours=8)},
    "office_duty_swap": {"state": "asked"},
    "office_meeting": {"ends_at": NOW + timedelta(hours=1), "status": "asked"},
    "office_meeting_series": {"ends_at": NOW + timedelta(hours=1), "rule": "FREQ=DAILY;COUNT=2"},
    "office_meeting_guest": {"role": "optional", "reply": "accepted", "post_code": lambda: f"{next(_number)}"},
    "office_agenda_item": {"state": "taken"},
    "office_card": {"state": "open", "due_on": NOW.date()},
    "office_card_entry": {"act": "opened"},
    "office_hand_over": {"reason": "transfer"},
    "office_instruction": {"state": "issued"},
    "office_instruction_entry": {"act": "issued"},
    "office_weekly_report": {"state": "draft"},
    "office_room_booking": {"ends_at": NOW + timedelta(hours=1), "state": "booked"},
    "credentials_credential": {"valid_until": NOW + timedelta(days=1)},
    "credentials_offer": {"state": "open", "expires_at": NOW + timedelta(days=1)},
    "credentials_showing": {"state": "asked", "expires_at": NOW + timedelta(days=1)},
    "invoicing_invoice": {"kind": "invoice", "buyer": "9120007654321", "serial": lambda: next(_number)},
    "invoicing_receipt": {"gross": 10, "tax": 1},
    "smart_work_booking": {"status": "requested", "halves": "am", "ends_at": NOW + timedelta(days=1)},
    "smart_work_remote_session": {"place": "unknown", "outcome": "unknown-place"},
    "tax_return": {"draft": {"items": []}},
    "tax_return_version": {"balance": 5, "difference": 5},
    "tax_posting": {
        "kind": "assessment",
        "tax": "income",
        "debit": "tax",
        "credit": "levied",
        "due_on": NOW.date(),
    },
    "withholding_claim": {"dependant": "3171014508900012"},
    "withholding_consent": {"viewer": "3171014508900012", "valid_until": NOW.date() + timedelta(days=1)},
    "withholding_delivery": {"scope": "part", "acceptance": "all", "content": b"bytes"},
    "withholding_finding": {"fault": "missing"},
    "withholding_statement": {"form": "slips", "tax_year": lambda: next(_number)},
    "wallet_sharing": {"expires_at": NOW + timedelta(days=1), "facts": {}},
    "wallet_delivery": {"receiver": "kua", "state": "sent", "expires_at": NOW + timedelta(days=1)},
}


def model_of(table):
    return next(model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)


def owner_of(table, person):
    """The number of the person; where businesses own the rows, whose numbers are shorter, one made of it."""
    columns = [model_of(table)._meta.get_field(name) for name in ISOLATED.get(table, Isolated()).persons]
    return person[-min((column.max_length for column in columns), default=len(person)) :]


def new_row(table, agency, person):
    """A row of ``table`` that belongs to ``agency`` and ``person``, with the rows it stands on; not saved."""
    isolated, model = ISOLATED.get(table, Isolated()), model_of(table)
    chosen = {name: value() if callable(value) else value for name, value in CHOSEN.get(table, {}).items()}
    owners = dict.fromkeys(isolated.persons, owner_of(table, person))
    values = dict.fromkeys(isolated.agencies, agency) | owners | chosen
    for field in model._meta.concrete_fields:
        optional = field.null or field.blank or field.has_default()
        if field.name in values or optional or isinstance(field, models.AutoField):
            continue
        if field.is_relation:
            with as_house("the row it stands on"):
                values[field.name] = keep(new_row(field.related_model._meta.db_table, agency, person))
        else:
            values[field.name] = _FILL[field.get_internal_type()](field)
    return model(**values)


def keep(row):
    row.save(force_insert=True)
    return row
