"""The one template environment: Jinja2 over the ``templates`` folders of our own apps."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from gapura.foundation.codes import grouped
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text, in_language
from gapura.web.navigation import list_entries


class GapuraTemplates(Jinja2):
    """Finds templates of ``gapura`` apps only, so that libraries keep their Django templates."""

    app_dirname = "templates"

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        ours = (Path(app.path) for app in apps.get_app_configs() if app.name.startswith("gapura."))
        return tuple(str(folder / "templates") for folder in ours if (folder / "templates").is_dir())


def environment(**options: Any) -> jinja2.Environment:
    """Jinja2 that fails on an undefined name, with the filters and globals every page may use."""
    options["undefined"] = jinja2.StrictUndefined
    made = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701 – in options
    country = load(settings.GAPURA_JURISDICTION)
    made.filters |= {
        "localized": localized,
        "day": day,
        "moment": moment,
        "money": money,
        "code_grouped": grouped,
        "person_number": country.person_numbers.mask,
    }
    made.globals |= {
        "_": translated,
        "gettext": translated,
        "ngettext": translated_plural,
        "url": url,
        "static": static,
        "get_messages": get_messages,
        "language": language,
        "languages": settings.LANGUAGES,
        "country": country,
        "list_entries": list_entries,
    }
    return made


def language() -> str:
    """The language of this page."""
    return get_language() or settings.LANGUAGE_CODE


def translated(message: str, **values: object) -> str:
    """The message in the reader's language, with ``values`` in its named places."""
    text = _in_catalog(message, language())
    return text % values if values else text


def translated_plural(singular: str, plural: str, num: int, **values: object) -> str:
    """The form that fits ``num``, which the message may name too."""
    return ngettext(singular, plural, num) % {"num": num, **values}


@cache
def _in_catalog(message: str, code: str) -> str:
    """Looked up once: a page has some fifty messages, and ``code`` is the language that is active."""
    return gettext(message)


@lru_cache(maxsize=4096)
def url(name: str, *args: str | int) -> str:
    """The address of the page called ``name``. Remembered: resolving one takes longer than drawing a link."""
    return reverse(name, args=args)


def localized(text: Text) -> str:
    """A text of the country's data in the reader's language."""
    return in_language(text, language())


def day(value: date | datetime | None) -> str:
    """The calendar day in the country's zone, month in words; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _in_the_country(value).date()
    return _day(value, language())


def moment(value: datetime | None) -> str:
    """Day, hour and minute in the country's zone; empty for None."""
    if value is None:
        return ""
    local = _in_the_country(value)
    return f"{_day(local.date(), language())}, {_minute(local.hour, local.minute, language())}"


# Pages repeat a few days and minutes; writing one out costs as much as drawing ten links.
@lru_cache(maxsize=4096)
def _day(value: date, code: str) -> str:
    return format_date(value, format="long", locale=code)


@lru_cache(maxsize=4096)
def _minute(hour: int, minute: int, code: str) -> str:
    return format_skeleton("Hm", time(hour, minute), locale=code)


def money(amount: int | Decimal) -> str:
    """An amount in the country's currency, whole units."""
    return format_currency(
        amount,
        load(settings.GAPURA_JURISDICTION).currency,
        format="¤\xa0#,##0",
        locale=language(),
        currency_digits=False,
    )


def _in_the_country(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(settings.TIME_ZONE))
