"""What is wrong with a report and what to do about it, as its reporter reads it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapura.sectors.withholding.models import Delivery
from gapura.sectors.withholding.types import Fault, FileFault

_FAULTS: Mapping[str, Promise] = {
    Fault.FILE: gettext_lazy("The file cannot be read."),
    Fault.TOO_MANY_UNKNOWN: gettext_lazy(
        "Too many of the numbers sent today are unknown. Compare them with the identity cards and try again tomorrow."
    ),
    Fault.MISSING: gettext_lazy("Nothing is written here. Fill it in."),
    Fault.TOO_LONG: gettext_lazy("This is too long. Shorten it to what the table of columns allows."),
    Fault.NOT_WHOLE: gettext_lazy("This is no whole number. Write digits alone, without points, commas or letters."),
    Fault.NEGATIVE: gettext_lazy(
        "An amount is never below zero. Leave out what was taken back, or correct the slip itself."
    ),
    Fault.TOO_LARGE: gettext_lazy("This amount is impossibly large. Look for digits written twice."),
    Fault.NOT_A_CODE: gettext_lazy("This code is unknown. Use one from the table of columns."),
    Fault.NOT_A_MONTH: gettext_lazy("A month is a number from 1 to 12."),
    Fault.NOT_A_NUMBER: gettext_lazy("This cannot be a person number. Copy it from the identity card."),
    Fault.UNKNOWN_PERSON: gettext_lazy("This number is unknown. Compare it with the identity card."),
    Fault.MONTHS_REVERSED: gettext_lazy("The last month comes before the first. Exchange them."),
    Fault.MONTHS_NOT_OVER: gettext_lazy("This month is not over yet. Report it afterwards."),
    Fault.OVERLAPPING: gettext_lazy(
        "Another slip of yours covers these months for the same person. Correct that one instead."
    ),
    Fault.TWICE: gettext_lazy("An earlier line has this number already. Give each its own."),
    Fault.OF_ANOTHER: gettext_lazy("You used this number for another person or year. Give this one a new number."),
    Fault.DEDUCTED_ABOVE_GROSS: gettext_lazy("The deductions together are more than the gross pay. Check all of them."),
    Fault.WITHHELD_ABOVE_GROSS: gettext_lazy("The tax withheld is more than the whole amount. Check both."),
}


def describe_fault(fault: str) -> str:
    """One sentence on what is wrong and one on what to do."""
    return str(_FAULTS[Fault(fault)])


def describe_file(delivery: Delivery) -> str:
    """Why the file as a whole could not be read; empty for one that was."""
    if not delivery.file_fault:
        return ""
    detail = {"detail": delivery.file_detail}
    sentences = {
        FileFault.PACKED: _("It is a packed file, a spreadsheet or XML. Save it as CSV (UTF-8) or send JSON."),
        FileFault.NOT_UTF8: _("It is not written in UTF-8 (byte %(detail)s). Save it as CSV UTF-8.") % detail,
        FileFault.NOT_CSV: _("Line %(detail)s is no proper CSV. Look for a quotation mark that is not closed.")
        % detail,
        FileFault.NOT_JSON: _("It is no proper JSON (line %(detail)s).") % detail,
        FileFault.EMPTY: _("It has no rows."),
        FileFault.HEADING_LACKS: _("The heading lacks the column %(detail)s.") % detail,
        FileFault.HEADING_UNKNOWN: _("The column %(detail)s is unknown. Take it out.") % detail,
        FileFault.HEADING_TWICE: _("The heading names a column twice."),
        FileFault.CELLS: _("Line %(detail)s has more or fewer cells than the heading.") % detail,
        FileFault.ROWS: _("It has more than %(detail)s rows. Send it in parts.") % detail,
        FileFault.LETTERS: _("Line %(detail)s has a cell that is far too long.") % detail,
        FileFault.NESTED: _("Row %(detail)s is no object of texts and numbers.") % detail,
        FileFault.UNREADABLE: _("Opening it takes more time or memory than any proper report needs."),
    }
    return sentences[FileFault(delivery.file_fault)]
