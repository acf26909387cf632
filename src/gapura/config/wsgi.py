"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
application = get_wsgi_application()

# What was loaded so far stays for ever: the collector need not look at it again. A request makes some ten
# thousand objects that die with it by reference count; collecting every 700 of them cost a tenth of its time.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
