from typing import Any

from django.core.management.base import BaseCommand

from gapura.foundation import clock
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import system_actor
from gapura.kernel.federation.keys import rotate


class Command(BaseCommand):
    help = "Sign ID tokens with a new key from now on. The old public key stays published for 90 days."

    def handle(self, *args: Any, **options: Any) -> None:
        key_id = rotate(now=clock.now())
        actor = system_actor("command line")
        record_event(actor=actor, action="federation.key_rotated", object_ref=f"key:{key_id}")
        self.stdout.write(f"ID tokens are signed with {key_id} from now on.")
