"""The one template environment: Jinja2 over the ``templates`` folders of our own apps."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from gapura.foundation.codes import grouped
from gapura.foundation.jurisdictions import load
from gapura.web.banners import list_banners
from gapura.web.languages import localized, reader_language
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
        "count_grouped": count_grouped,
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
        "language": reader_language,
        "languages": settings.LANGUAGES,
        "country": country,
        "list_entries": list_entries,
        "list_banners": list_banners,
    }
    return made


def translated(message: str, **values: object) -> str:
    """The message in the reader's language, with ``values`` in its named places."""
    text = _in_catalog(message, reader_language())
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


def day(value: date | datetime | None) -> str:
    """The calendar day in the country's zone, month in words; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _in_the_country(value).date()
    return _day(value, reader_language())


def moment(value: datetime | None) -> str:
    """Day, hour and minute in the country's zone; empty for None."""
    if value is None:
        return ""
    local = _in_the_country(value)
    return f"{_day(local.date(), reader_language())}, {_minute(local.hour, local.minute, reader_language())}"


# Pages repeat a few days, minutes and amounts; writing one out costs as much as drawing ten links.
@lru_cache(maxsize=4096)
def _day(value: date, code: str) -> str:
    return format_date(value, format="long", locale=code)


@lru_cache(maxsize=4096)
def _money(amount: int | Decimal, code: str) -> str:
    currency = load(settings.GAPURA_JURISDICTION).currency
    form = "¤\xa0#,##0" if amount == int(amount) else "¤\xa0#,##0.00"
    return format_currency(amount, currency, format=form, locale=code, currency_digits=False)


@lru_cache(maxsize=4096)
def _minute(hour: int, minute: int, code: str) -> str:
    return format_skeleton("Hm", time(hour, minute), locale=code)


def count_grouped(value: int) -> str:
    """A count with the reader's mark between thousands."""
    return format_decimal(value, locale=reader_language())


def money(amount: int | Decimal) -> str:
    """An amount in the country's currency; parts of a unit only where there are any."""
    return _money(amount, reader_language())


def _in_the_country(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(settings.TIME_ZONE))
