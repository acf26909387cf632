from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "gapura.desk"
    label = "desk"
