"""Whether a letter is small enough to travel to another house, and without which files it would be."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from gapura.sectors.office.models import DocumentFile, OfficialDocument
from gapura.sectors.office.parcels import LARGEST_PARCEL

_HEAD, _FILE_HEAD = 4096, 512
"""More than what a parcel says of itself and of each file takes."""


@dataclass(frozen=True, slots=True)
class Weight:
    """``too_large``: the fewest files, largest first, without which it would fit."""

    fits: bool
    too_large: Sequence[DocumentFile] = ()


def weigh_letter(document: OfficialDocument) -> Weight:
    """As it would travel with its seal, its words and every attachment; a little more rather than less."""
    files = list(document.files.filter(removed_at__isnull=True, is_picture=False).defer("content").order_by("-size"))
    words = len(json.dumps([document.title, document.body, document.fields]))
    left = LARGEST_PARCEL - _HEAD - words - _encoded(len(document.sealed or b""))
    weight, leaving = sum(_encoded(file.size) + _FILE_HEAD for file in files), []
    while files and weight > left:
        leaving.append(files.pop(0))
        weight -= _encoded(leaving[-1].size) + _FILE_HEAD
    return Weight(not leaving and weight <= left, leaving)


def _encoded(size: int) -> int:
    """Bytes as base64."""
    return -(-size // 3) * 4
