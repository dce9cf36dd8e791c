"""How long a person waits on a slow phone: the page throttled six times, a real relay.

Chromium's throttling does not reach WebCrypto's own threads, so PBKDF2 is measured apart, as the processor's time that
Chromium spends on it (whatever else the machine is doing), and counted six times. The phrase is stretched while it is
being written down; `send` is from the press of the button to the acknowledgement. Medians.

Usage: python bench/door_send.py [ROUNDS]
"""

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harbour import Harbour
from visitor import Visitor

THROTTLED = 6
STRETCH = """async () => {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(13), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(60), iterations: 600000 };
  await crypto.subtle.deriveBits(how, key, 512);
}"""
# From the press of the main button until something is there.
PRESS = """(wanted) => new Promise((done) => {
  const begun = performance.now();
  const look = () => (document.querySelector(wanted) ? done(performance.now() - begun) : requestAnimationFrame(look));
  document.querySelector("button[type=submit]").click();
  look();
})"""


def press(page: Page, wanted: str) -> float:
    """Milliseconds from the press until it is there."""
    return float(page.evaluate(PRESS, wanted))


def stretch(browser: Browser, harbour: Harbour) -> float:
    """Milliseconds of processor time for one PBKDF2, all of Chromium's pages counted."""
    system = browser.new_browser_cdp_session()

    def spent_s() -> float:
        processes = system.send("SystemInfo.getProcessInfo")["processInfo"]
        return sum(float(each["cpuTime"]) for each in processes if each["type"] == "renderer")

    page = browser.new_page()
    page.goto(harbour.address)
    page.wait_for_timeout(500)
    before = spent_s()
    page.evaluate(STRETCH)
    spent = spent_s() - before
    page.close()
    return spent * 1_000


def once(browser: Browser, harbour: Harbour) -> tuple[float, float, float]:
    """Phrase, PBKDF2, send: milliseconds."""
    stretched = stretch(browser, harbour)
    context = browser.new_context(locale="ru")
    page = context.new_page()
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    visitor.choose("GE")
    visitor.go_on()
    visitor.choose("date")
    visitor.go_on()
    page.locator("textarea").fill("Подал рапорт об увольнении, его не приняли. Суд назначен на понедельник. " * 8)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
    phrase = press(page, ".phrase")
    words = page.locator(".phrase span").all_inner_texts()
    # Somebody writes nine words down.
    page.wait_for_timeout(10_000)
    visitor.go_on()
    expect(page.locator("#word-0")).to_be_visible()
    for place, number in enumerate(visitor.asked_back()):
        page.locator(f"#word-{place}").fill(words[number])
    send = press(page, ".weighty")
    context.close()
    return phrase, stretched, send


def main() -> None:
    """One JSON line."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder, Harbour(Path(folder)) as harbour, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        measured = [once(browser, harbour) for _ in range(rounds)]
        browser.close()
    phrase, stretched, send = (round(statistics.median(each)) for each in zip(*measured, strict=True))
    result = {
        "bench": "door_send",
        "rounds": rounds,
        "throttled": THROTTLED,
        "phrase_ms": phrase,
        "pbkdf2_cpu_ms": stretched,
        "pbkdf2_times_six_ms": THROTTLED * stretched,
        "send_ms": send,
        "send_worst_ms": round(max(each[2] for each in measured)),
        "together_ms": phrase + THROTTLED * stretched + send,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
