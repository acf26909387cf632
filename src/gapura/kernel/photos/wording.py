"""What is wrong with a photo and what to do about it, in plain words."""

from dataclasses import asdict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapura.kernel.photos.types import Flaw, PhotoTerms, Problem

_WORDS: dict[Flaw, tuple[str | Promise, str | Promise]] = {
    Flaw.TOO_LARGE: (
        _("The file is larger than %(most_mebibytes)s MB."),
        _("Send the photo in a smaller size."),
    ),
    Flaw.NOT_A_PICTURE: (
        _("The file is not a photo."),
        _("Send a JPEG or PNG picture, as a phone or a photo shop makes it."),
    ),
    Flaw.UNREADABLE: (
        _("The photo cannot be opened. It is damaged, or it moves."),
        _("Take the photo again, or save it again as JPEG."),
    ),
    Flaw.TOO_MANY_PIXELS: (
        _("The photo has more dots than any camera needs."),
        _("Send it in a smaller size."),
    ),
    Flaw.BUSY: (
        _("Too many photos are being checked just now."),
        _("Try again in a minute."),
    ),
    Flaw.BLANK: (
        _("The photo is empty: it has one color only."),
        _("Send a photo of the person's face."),
    ),
    Flaw.NO_FACE: (
        _("There is no face to be seen."),
        _("Look straight into the camera, with nothing before your face, and keep the phone upright."),
    ),
    Flaw.ANIMAL: (
        _("This looks like an animal."),
        _("Send a photo of the person the application is for."),
    ),
    Flaw.SIDEWAYS: (
        _("The photo lies on its side or upside down."),
        _("Turn the photo until the head is on top, and send it again."),
    ),
    Flaw.SEVERAL_FACES: (
        _("There is more than one face."),
        _("Only the person the application is for may be seen, and no picture or poster behind them."),
    ),
    Flaw.EYES: (
        _("The eyes cannot be seen well."),
        _("Open your eyes and look straight ahead. Take off dark glasses, and keep hair off your eyes."),
    ),
    Flaw.TOO_FAR: (
        _("The face is too small in the photo."),
        _("Come closer, or send the photo in its full size."),
    ),
    Flaw.NO_ROOM: (
        _("There is too little room around the head."),
        _("Go back one step, keep the face in the middle, and let the whole head and the shoulders be seen."),
    ),
    Flaw.GROUND_BUSY: (
        _("Things or shadows can be seen behind the head."),
        _("Stand before a plain wall, half a meter away from it."),
    ),
    Flaw.GROUND_DARK: (
        _("What is behind the head is too dark."),
        _("Stand before a white or light wall."),
    ),
    Flaw.BLURRED: (
        _("The photo is blurred."),
        _("Wipe the lens, hold still, and take the photo in good light."),
    ),
    Flaw.DARK: (
        _("The face is too dark."),
        _("Turn to a window or a lamp, so that the light falls on your face."),
    ),
    Flaw.BRIGHT: (
        _("The face is too bright."),
        _("Take the photo without flash, and out of the sun."),
    ),
    Flaw.FLAT: (
        _("The face hardly stands out: the photo is hazy."),
        _("Take the photo in even daylight, without a filter."),
    ),
    Flaw.OF_ANOTHER: (
        _("This photo already belongs to another application."),
        _("Take a new photo of the person the application is for. If it shows them, bring it to the office."),
    ),
    Flaw.TOO_OFTEN: (
        _("Too many photos were sent today."),
        _("Try again tomorrow, or let a photo be taken at the office."),
    ),
}


def describe(flaw: Flaw, terms: PhotoTerms) -> Problem:
    """The flaw in the reader's language, with the country's numbers."""
    numbers = asdict(terms) | {"most_mebibytes": terms.most_kibibytes // 1024}
    reason, remedy = (str(text) % numbers for text in _WORDS[flaw])
    return Problem(flaw, reason, remedy)
