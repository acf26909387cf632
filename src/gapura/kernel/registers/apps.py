from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "gapura.kernel.registers"
    label = "registers"
