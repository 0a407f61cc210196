"""Go through the site by keyboard alone: no mouse, and no field that was not tabbed to."""

from playwright.sync_api import Page

TO_FOLLOW = ("link", "button")
TO_FILL = ("textbox", "searchbox", "combobox")
FAR_ENOUGH = 150  # stops of the Tab key; a page with more is a page to mend


class Keyboard:
    """Hands on the keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def focused(self) -> str:
        """Return role and name of what has the focus, as a screen reader has it."""
        if self.page.evaluate("document.activeElement === document.body"):
            return ""
        snapshot = self.page.locator("*:focus").aria_snapshot().split("\n", 1)[0]
        # As YAML quotes it
        return _as_said(snapshot.removeprefix("- ").strip("'"))

    def tab_to(self, name: str, roles: tuple[str, ...]) -> None:
        """Press Tab until something of this name and one of these roles has the focus."""
        passed, wanted = [self.focused()], _as_said(name)
        while not (passed[-1].startswith(roles) and wanted in passed[-1]):
            if passed.count("") > 1 or len(passed) > FAR_ENOUGH:  # once round, or endless
                raise AssertionError(f"no way to {name!r} at {self.page.url}, only to {passed}")
            self.page.keyboard.press("Tab")
            passed.append(self.focused())

    def follow(self, name: str) -> None:
        """Tab to a link or button and press Enter; it leads to another page."""
        self.tab_to(name, TO_FOLLOW)
        self._enter()

    def write(self, name: str, text: str) -> None:
        """Tab to a field and write in it; in a list the letters choose."""
        self.tab_to(name, TO_FILL)
        self.page.keyboard.type(text)

    def submit(self, name: str, text: str) -> None:
        """Tab to a field, write in it and send its form."""
        self.write(name, text)
        self._enter()

    def scan(self, code: str) -> str:
        """Do what a barcode scanner does, where the focus is; return the answer."""
        self.page.keyboard.type(code)
        self._enter()
        return self.page.locator(".signal").inner_text()

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def _as_said(name: str) -> str:
    """Return a name without the space that stands where its visible part ends, or in a title."""
    return name.replace(" :", ":")
