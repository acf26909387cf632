"""Where the browser for the browser tests is."""

import shutil


def find_chromium() -> str | None:
    """Path of an installed Chromium or Chrome, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)
