from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "gapura.kernel.photos"
    label = "photos"

    def ready(self) -> None:
        from gapura.kernel.photos import tasks

        assert tasks
