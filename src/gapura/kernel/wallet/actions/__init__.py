"""Handing papers on, opening what was handed on, and ending it."""

from gapura.kernel.wallet.actions.ending import expire_deliveries, stop_delivery
from gapura.kernel.wallet.actions.opening import OpenedLink, open_delivery, open_link
from gapura.kernel.wallet.actions.sending import Link, make_link, send_document
from gapura.kernel.wallet.actions.sharing import Facts, fetch_facts, share_facts, stop_sharing

__all__ = [
    "Facts",
    "Link",
    "OpenedLink",
    "expire_deliveries",
    "fetch_facts",
    "make_link",
    "open_delivery",
    "open_link",
    "send_document",
    "share_facts",
    "stop_delivery",
    "stop_sharing",
]
