"""How making is told: to whoever waits, and to the counter."""

from django.utils.translation import gettext_lazy as _

from gapura.kernel.production.types import OrderStatus, Stage

STATES = {
    OrderStatus.FINGERPRINTS: _("Waits for fingerprints"),
    OrderStatus.ORDERED: _("Ordered from the factory"),
    OrderStatus.PRINTING: _("Being printed"),
    OrderStatus.CHECKED: _("Printed and checked"),
    OrderStatus.SHIPPED: _("On its way to you"),
    OrderStatus.READY: _("Ready at the counter"),
    OrderStatus.DELIVERED: _("Delivered"),
    OrderStatus.COLLECTED: _("Handed over"),
    OrderStatus.STOPPED: _("Stopped"),
}
SAID = {
    **{status.value: title for status, title in STATES.items()},
    Stage.MISPRINT.value: _("Misprinted: destroyed, and made again under a new number"),
    Stage.LOST.value: _("Lost on the way: its number is cancelled, and it is made again under a new one"),
}
