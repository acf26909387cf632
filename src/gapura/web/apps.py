from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gapura.web"
    label = "web"
