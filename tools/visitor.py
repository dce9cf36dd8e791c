"""A person at the door, in a real browser: for the door's stories and benches.

Whatever is pressed is found by what it is, never by its words, so that one story runs in every language.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Look = Callable[[str], None]


class Visitor:
    """Goes through the door; `look` is called at every step, with the step's name."""

    def __init__(self, page: Page, address: str, look: Look = lambda _step: None) -> None:
        """Nothing is opened yet."""
        self.page, self.address, self.look = page, address, look

    def open(self) -> None:
        """The first page."""
        self.page.goto(self.address)
        expect(self.page.locator("h1")).to_be_visible()

    def go_on(self) -> None:
        """The main button."""
        self.page.locator("button[type=submit]").click()

    def choose(self, value: str) -> None:
        """One of a few."""
        self.page.locator(f".choice:has(input[value={value}])").click()

    def ask(self, country: str, urgency: str, text: str) -> list[str]:
        """From the first page to the acknowledgement; returns the phrase."""
        words = self.draw(country, urgency, text)
        self.recall(words)
        expect(self.page.locator(".back")).to_have_count(0)
        expect(self.page.locator(".weighty")).to_be_visible()
        self.look("sent")
        return words

    def draw(self, country: str, urgency: str, text: str) -> list[str]:
        """From the first page until the two words are asked back."""
        self.open()
        self.look("front")
        self.go_on()
        self.look("before")
        self.go_on()
        expect(self.page.locator(".choice").first).to_be_visible()
        self.look("country")
        self.choose(country)
        self.go_on()
        self.look("urgency")
        self.choose(urgency)
        self.go_on()
        self.page.locator("textarea").fill(text)
        self.look("words")
        self.go_on()
        words = self.page.locator(".phrase span")
        expect(words).to_have_count(9)
        self.look("phrase")
        drawn = words.all_inner_texts()
        self.go_on()
        self.look("check")
        return drawn

    def recall(self, words: list[str]) -> None:
        """The two words, and send."""
        for place, number in enumerate(self.asked_back()):
            self.page.locator(f"#word-{place}").fill(words[number])
        self.go_on()

    def asked_back(self) -> list[int]:
        """Which two words are asked back, counted from 0."""
        labels = self.page.locator(".word label").all_inner_texts()
        return [int(re.sub(r"\D", "", label)) - 1 for label in labels]

    def enter(self, entered: str) -> None:
        """From the first page: come back with this, as far as the page lets."""
        self.open()
        self.page.locator("button.second").click()
        self.page.locator("textarea").fill(entered)
        self.look("return")
        self.go_on()

    def talking(self) -> None:
        """The conversation is there."""
        expect(self.page.locator("ol.talk")).to_be_visible()

    def write(self, text: str) -> None:
        """Write more, and see it acknowledged."""
        self.page.locator("textarea").fill(text)
        self.go_on()
        expect(self.page.locator("#notice")).to_be_visible()
