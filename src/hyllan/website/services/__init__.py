"""Use cases: the only code that writes the website's tables (editors write pages in Wagtail)."""

from hyllan.website.services.editors import let_editor_in
from hyllan.website.services.first_pages import seed_pages
from hyllan.website.services.remarks import answer, mark_read, write_remark

__all__ = ["answer", "let_editor_in", "mark_read", "seed_pages", "write_remark"]
