"""The house's own settings with one more pair of eyes: the recorder of what it answers with an error of its own."""

from gapura.config.settings import *  # noqa: F403  every setting, one changed
from gapura.config.settings import MIDDLEWARE as _OURS

MIDDLEWARE = ["tests.security.attack.recorder.RecordingMiddleware", *_OURS]
