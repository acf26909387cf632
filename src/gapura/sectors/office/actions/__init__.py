"""What the office does; one file a topic."""

from gapura.sectors.office.actions.circulation import (
    circulate_document,
    keep_reading_group,
    mark_read,
    remind_readers,
)
from gapura.sectors.office.actions.dispatch import (
    dispatch_document,
    pass_on_document,
    recall_dispatch,
    send_again,
)
from gapura.sectors.office.actions.distribution import (
    distribute_document,
    finish_assignment,
)
from gapura.sectors.office.actions.drafts import create_draft, save_draft
from gapura.sectors.office.actions.folders import open_folder
from gapura.sectors.office.actions.receipt import (
    accept_letter,
    answer_recall,
    ask_back,
    move_letter,
    receive_document,
    record_paper,
    return_letter,
)
from gapura.sectors.office.actions.registering import register_document
from gapura.sectors.office.actions.submitting import submit_draft

__all__ = [
    "accept_letter",
    "answer_recall",
    "ask_back",
    "circulate_document",
    "create_draft",
    "dispatch_document",
    "distribute_document",
    "finish_assignment",
    "keep_reading_group",
    "mark_read",
    "move_letter",
    "open_folder",
    "pass_on_document",
    "recall_dispatch",
    "receive_document",
    "record_paper",
    "register_document",
    "remind_readers",
    "return_letter",
    "save_draft",
    "send_again",
    "submit_draft",
]
