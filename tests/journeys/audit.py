"""Look at a page as those do who cannot see, have a small screen or another language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Response

WIDE, NARROW = (1280, 900), (320, 700)
EVERYTHING: dict[str, object] = {"resultTypes": ["violations"]}
CONTRAST: dict[str, object] = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
AUDIT = """options => axe.run(document, options).then(found => found.violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.target} ${node.html.slice(0, 120)}`)))"""
HEAD = """() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length})"""
WIDTH = """() => [innerWidth, document.documentElement.scrollWidth,
    [...document.body.querySelectorAll('*')]
        .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(each => each.outerHTML.slice(0, 100))]"""
ITS_OWN_STATUS = "Failed to load resource"  # what Chromium says of a page that answers 404 or 422


@dataclass
class Auditor:
    """Opens pages one by one and keeps a list of what is wrong with each."""

    context: BrowserContext
    language: str
    faults: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)  # title: the kind of page that has it

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        of_itself = message.location.get("url") == self.page.url
        if message.type == "error" and not (of_itself and ITS_OWN_STATUS in message.text):
            self._note(f"console: {message.text}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def open(self, url: str, *, status: int = 200) -> None:
        """Open a page that must answer with this status."""
        answer: Response | None = self.page.goto(url)
        if answer is None or answer.status != status:
            self._note(f"answered {answer.status if answer else 'nothing'}, not {status}")

    def look(self, kind: str, *, widths: Sequence[tuple[int, int]], dark: bool = False) -> None:
        """Audit the open page at these widths; by night only what is seen then alone."""
        self.page.evaluate(AXE_SCRIPT)
        for width, height in widths:
            self.page.set_viewport_size({"width": width, "height": height})
            for fault in (*self._violations(EVERYTHING), *self._sticks_out()):
                self._note(f"at {width}: {fault}")
        if dark:
            self.page.emulate_media(color_scheme="dark")
            for fault in self._violations(CONTRAST):
                self._note(f"by night: {fault}")
            self.page.emulate_media(color_scheme="light")
        self._look_at_head(kind)

    def _violations(self, options: dict[str, object]) -> list[str]:
        found: list[str] = self.page.evaluate(AUDIT, options)
        return found

    def _sticks_out(self) -> Iterator[str]:
        """Yield a fault if one must scroll sideways."""
        room, needed, outside = self.page.evaluate(WIDTH)
        if needed > room:
            yield f"{needed} wide: {outside}"

    def _look_at_head(self, kind: str) -> None:
        found = self.page.evaluate(HEAD)
        if found["lang"] != self.language:
            self._note(f"says it is in {found['lang']!r}")
        if found["headings"] != 1:
            self._note(f"has {found['headings']} h1")
        other = self.titles.setdefault(found["title"], kind)
        if other != kind:
            self._note(f"is called {found['title']!r} like {other}")

    def links(self) -> list[str]:
        """Return where the page leads."""
        found: list[str] = self.page.evaluate("[...document.links].map(link => link.href)")
        return found
