"""Destroying again what committees had destroyed, in a house that an older copy brought back (ADR 46)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.operations.types import Deed, DestroyedAgain
from gapura.kernel.worklist.actions import close_work
from gapura.sectors.office.actions.archive import vouch
from gapura.sectors.office.actions.destruction import DECIDE_WORK
from gapura.sectors.office.actions.emptying import empty_documents
from gapura.sectors.office.models import (
    Destruction,
    DestructionItem,
    DestructionMember,
    Folder,
    FolderTerm,
    OfficialDocument,
)
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.queries.destroyed import OF_DESTRUCTION, OF_ITEM, OF_MEMBER, OF_TERM
from gapura.sectors.office.types import FolderState


def destroy_deed_again(*, actor: Actor, deed: Deed, now: datetime) -> DestroyedAgain:
    """Empty the documents that the deed names, wherever they lie now, folder by folder; then keep its protocol.

    The document's code decides, not the folder's: what lay in the folder when the copy was made, and was taken out of
    it before the committee decided, is nobody's to destroy. A hold of that time was looked at then.
    Each folder is a transaction; safe to repeat after a kill.
    """
    named = gone = 0
    for said in deed.named["folders"]:
        with transaction.atomic():
            gone += _empty_again(actor, deed.code, said, now)
        named += len(said["documents"])
    with transaction.atomic():
        _keep_protocol(deed, now)
    return DestroyedAgain(named, gone)


def _empty_again(actor: Actor, code: str, said: Mapping[str, Any], now: datetime) -> int:
    documents = OfficialDocument.objects.filter(code__in=said["documents"])
    touched = list(
        Folder.objects.select_for_update()
        .filter(models.Q(pk__in=documents.values("folder")) | models.Q(code=said["code"]))
        .exclude(state=FolderState.DESTROYED)
        .order_by("pk")
    )
    came_back = documents.filter(models.Q(folder__in=touched) | models.Q(folder__isnull=True))
    number = came_back.count()
    empty_documents(came_back, actor=actor, ground=f"destruction:{code}", now=now)
    for folder in touched:
        others = OfficialDocument.objects.filter(folder=folder).exclude(code__in=said["documents"]).count()
        if folder.code == said["code"] and not others:
            _end_folder(actor, code, folder, said["term"], now)
        else:
            _vouch_for_rest(actor, code, folder, others)
    return number


def _end_folder(actor: Actor, code: str, folder: Folder, term: Mapping[str, Any], now: datetime) -> None:
    """The folder and its term as they were when it was destroyed; the copy may be older than its closing."""
    folder.state = FolderState.DESTROYED.value
    folder.closed_on = folder.closed_on or local_day(now, "UTC")
    folder.save(update_fields=["state", "closed_on"])
    values = _columns(FolderTerm, term, OF_TERM) | {"destroyed_at": now}
    row, _is_new = FolderTerm.objects.update_or_create(folder=folder, defaults=values)
    vouch(actor, "office.folder_destroyed_again", row, destruction=code)


def _vouch_for_rest(actor: Actor, code: str, folder: Folder, others: int) -> None:
    """What the list does not name stays; the log vouches for a closed folder as it is now."""
    term = FolderTerm.objects.filter(folder=folder).first()
    if term is None:
        return
    term.contents = contents_digest(folder)
    term.save(update_fields=["contents"])
    vouch(actor, "office.folder_emptied_in_part", term, destruction=code, stays=others)


def _keep_protocol(deed: Deed, now: datetime) -> None:
    """The committee's list with its minutes and certificate, as it was when it ended; who was still asked is not."""
    said = deed.protocol
    values = _columns(Destruction, said["destruction"], OF_DESTRUCTION)
    if not OfficialDocument.objects.filter(code=values["paper"]).exists():
        values["paper"] = ""  # it was registered after the copy, and is lost with what came after it
    destruction, _is_new = Destruction.objects.update_or_create(code=deed.code, defaults=values)
    for one in said["members"]:
        DestructionMember.objects.update_or_create(
            destruction=destruction, post_code=one["post_code"], defaults=_columns(DestructionMember, one, OF_MEMBER)
        )
    folders = {one.code: one for one in Folder.objects.filter(code__in=[item["folder"] for item in said["items"]])}
    for one in said["items"]:
        if folder := folders.get(one["folder"]):
            DestructionItem.objects.update_or_create(
                destruction=destruction, folder=folder, defaults=_columns(DestructionItem, one, OF_ITEM)
            )
    close_work(kind=DECIDE_WORK, object_ref=f"destruction:{deed.code}", now=now)


def _columns(model: type[models.Model], said: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    columns = {column.name: column for column in model._meta.concrete_fields}
    return {name: columns[name].to_python(said[name]) for name in names}
