from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "gapura.kernel.catalogue"
    label = "catalogue"
