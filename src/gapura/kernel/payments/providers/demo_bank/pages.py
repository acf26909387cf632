"""The pay page of the demonstration bank: one form, no script, and a choice of what shall go wrong."""

from html import escape

from gapura.kernel.payments.providers.demo_bank.bank import Behavior

_WORDS = {
    Behavior.WELL: "Everything goes well",
    Behavior.SILENT: "The bank never tells the house",
    Behavior.DOUBLED: "The bank tells the house twice",
    Behavior.DISORDERED: "The bank tells it in the wrong order",
    Behavior.FORGED: "Somebody else tells it, with a wrong signature",
    Behavior.TWICE: "You pay twice",
    Behavior.PARTIAL: "You pay half",
    Behavior.TOO_MUCH: "You pay too much",
    Behavior.REVERSED: "You pay, and take it back",
    Behavior.DECLINED: "The bank declines",
}
_STYLE = """body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#1b2a33;
background:#f3f6f8}main{background:#fff;padding:1.25rem;border-radius:.75rem;border-top:.4rem solid #8a4b08}
label,button{display:block;min-height:2.75rem;font:inherit}select,button{width:100%;padding:.5rem;font:inherit}
button{margin-top:1rem;background:#8a4b08;color:#fff;border:0;border-radius:.5rem}small{color:#55646d}
@media(prefers-color-scheme:dark){body{background:#12181c;color:#e6edf1}main{background:#1c252b}small{color:#a9b7bf}}"""


def pay_page(amount: int, currency: str, text: str) -> str:
    """What a person sees who comes to pay."""
    options = "".join(f'<option value="{behavior}">{escape(words)}</option>' for behavior, words in _WORDS.items())
    return _page(
        "Pay",
        f"<p>Bill {escape(text)}</p><p><strong>{escape(currency)} {amount:,}</strong></p>"
        '<form method="post"><label for="b">What shall happen?</label>'
        f'<select id="b" name="behavior">{options}</select>'
        "<button>Pay</button></form>"
        "<p><small>This bank is invented and moves no money. It fails on purpose, so that you can see what the house "
        "does then.</small></p>",
    )


def over_page(return_address: str) -> str:
    return _page(
        "Nothing to pay", f'<p>This payment has ended.</p><p><a href="{escape(return_address)}">Go back</a></p>'
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Demonstration bank</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>Demonstration bank</h1>{body}</main></body></html>"
    )
