from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gapura.demo"
    label = "demo"
