"""Make the index of everything the office keeps anew from the things themselves."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from gapura.sectors.office.actions.finding import index_everything
from gapura.sectors.office.queries.findable import FINDABLES


class Command(BaseCommand):
    help = "Let every document, card, memo, instruction, report and meeting be found again: after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        total, before = sum(one.rows().count() for one in FINDABLES.values()), 0
        with tqdm(total=total, unit=" things", disable=None) as bar:
            for done in index_everything():
                bar.update(done - before)
                before = done
        self.stdout.write(f"{before} things can be found.")
