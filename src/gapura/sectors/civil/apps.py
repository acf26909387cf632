from django.apps import AppConfig


class CivilConfig(AppConfig):
    name = "gapura.sectors.civil"
    label = "civil"
