from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "gapura.kernel.search"
    label = "search"
