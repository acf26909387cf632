"""Interest on late tax, by the law in force when it fell due."""

from datetime import date

from gapura.kernel.law.queries import compute
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.rules import months_after


def get_interest(principal: int, due_on: date, months: int) -> int:
    """Interest on ``principal`` after so many begun months; whole units, 0 for 0 months."""
    if months == 0:
        return 0
    rule, inputs = get_account_term("interest", "rule"), get_account_term("interest", "inputs")
    group = get_account_term("interest", "within")
    late = {
        inputs["principal"]: principal,
        inputs["due_on"]: due_on,
        inputs["paid_on"]: months_after(due_on, months),
        group: 0,
    }
    figures = compute([rule], {group: [{}], get_account_term("interest", "of"): [late]}, as_of=due_on)
    return int(figures[rule][0])
