"""`hyllan seed_pages`: the first public pages, in Swedish and English."""

from typing import Any

from django.core.management.base import BaseCommand

from hyllan.website import services


class Command(BaseCommand):
    help = "Make the start page and the first texts of the public site; what exists is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.seed_pages()
        self.stdout.write(f"{made} pages made")
