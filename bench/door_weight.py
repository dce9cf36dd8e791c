"""How much is downloaded from the first visit until the acknowledgement, and in how many requests.

Real Chromium with a cold cache, a real relay and door; bytes as they came over the wire, heads included, counted by
Chromium itself. One JSON line for each language. Usage: python bench/door_weight.py
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harbour import Harbour
from visitor import Visitor

TEXT = {
    "ru": "Учусь по контракту с военной кафедрой. Подал рапорт об увольнении, его не приняли. Суд в понедельник.",
    "en": "I signed a contract through my university and asked to resign. They refused. The hearing is on Monday.",
}


def weigh(browser: Browser, harbour: Harbour, language: str) -> dict[str, Any]:
    """One first visit."""
    context = browser.new_context(locale={"ru": "ru-RU", "en": "en-US"}[language])
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    names: dict[str, str] = {}
    sent: dict[str, int] = {}
    down: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].removeprefix(harbour.address)
        sent[event["requestId"]] = sum(
            len(entry.get("bytes", "")) * 3 // 4 for entry in event["request"].get("postDataEntries", [])
        )

    network.on("Network.requestWillBeSent", asked)
    network.on(
        "Network.loadingFinished", lambda event: down.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    Visitor(page, harbour.address).ask("GE", "date", TEXT[language])
    # Chromium tells of the last answer a moment after the page has it.
    page.wait_for_timeout(500)
    context.close()
    files = {names[each] or "/": size for each, size in down.items()}
    return {
        "bench": "door_weight",
        "language": language,
        "downloaded_bytes": sum(down.values()),
        "requests": len(names),
        "uploaded_body_bytes": sum(sent.values()),
        "files": files,
    }


def main() -> None:
    """Both languages."""
    with tempfile.TemporaryDirectory() as folder, Harbour(Path(folder)) as harbour, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language in TEXT:
            print(json.dumps(weigh(browser, harbour, language)))
        browser.close()


if __name__ == "__main__":
    main()
