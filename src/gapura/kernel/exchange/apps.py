from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "gapura.kernel.exchange"
    label = "exchange"
