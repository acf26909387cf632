"""The WSGI application that granian serves."""

import gc
import os

from django.apps import apps
from django.core.wsgi import get_wsgi_application

from gapura.foundation import clock
from gapura.foundation.isolation import close_outside_requests


def _prepare() -> None:
    """Read and plan the law before anybody asks: it takes longer than a page."""
    if apps.is_installed("gapura.sectors.tax"):
        from gapura.sectors.tax.queries import prepare_law_of_returns

        prepare_law_of_returns(today=clock.now().date())


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
close_outside_requests()  # a statement outside of a request sees no agency's rows
gc.disable()
application = get_wsgi_application()
_prepare()

# What was loaded so far stays for ever: the collector need not look at it again. A request makes some ten
# thousand objects that die with it by reference count; collecting every 700 of them cost a tenth of its time.
gc.freeze()
gc.enable()
gc.set_threshold(20_000, 20, 50)
