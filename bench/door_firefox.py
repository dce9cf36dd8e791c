"""The whole story in Firefox ESR as Tor Browser's "Safer" sets it: no JIT compiler, no WebAssembly, no fonts of pages.

    python bench/door_firefox.py [firefox-esr]

Ask, be answered, come back with a slip in the phrase, read, write again; Russian in the narrowest window that Firefox
makes, English at 1280 pixels. Then a part of the page that fails to load and is tried again, and leaving. It is driven
over Marionette, which it brings along. Milliseconds from the press of each button until what comes next is there.
Prints one JSON line; its `plain` part is the same browser with its compilers on, in the same run.
"""

import base64
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final, Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harbour import Harbour

SAFER: Final = {
    "javascript.options.ion": False,
    "javascript.options.baselinejit": False,
    "javascript.options.native_regexp": False,
    "javascript.options.asmjs": False,
    "javascript.options.wasm": False,
    "gfx.downloadable_fonts.enabled": False,
    "mathml.disabled": True,
    "gfx.font_rendering.graphite.enabled": False,
    "svg.disabled": True,
}
"""What the security level changes (Tor Browser, toolkit/components/securitylevel), but for scripts of http pages."""
QUIET: Final = dict.fromkeys(
    ("app.update.enabled", "browser.shell.checkDefaultBrowser", "network.captive-portal-service.enabled"), False
)
PRESS: Final = """const [button, wanted, done] = arguments;
const begun = performance.now();
const look = () => (document.querySelector(wanted) ? done(performance.now() - begun) : requestAnimationFrame(look));
document.querySelector(button).click();
look();"""
FILL: Final = """const [place, text] = arguments;
const field = document.querySelector(place);
field.value = text;
field.dispatchEvent(new Event("input", { bubbles: true }));"""
TEXTS: Final = "return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)"


class Firefox:
    """A browser of its own profile, without a window."""

    def __init__(
        self, program: str, folder: Path, settings: dict[str, bool], size: tuple[int, int], language: str
    ) -> None:
        """Start it."""
        folder.mkdir()
        known = {**QUIET, **settings}
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in known.items()]
        lines += ['user_pref("marionette.port", 0);', f'user_pref("intl.accept_languages", "{language}");']
        (folder / "user.js").write_text("\n".join(lines))
        window = ["--width", str(size[0]), "--height", str(size[1])]
        command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder), *window]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._line, self._read, self._count = self._connect(folder), b"", 0
        self._answer()
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"setWindowRect": True}}})
        self.ask("WebDriver:SetWindowRect", {"width": size[0], "height": size[1]})
        self.ask("WebDriver:SetTimeouts", {"script": 60_000})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _connect(self, folder: Path) -> socket.socket:
        port = folder / "MarionetteActivePort"
        while not (port.exists() and port.read_text()):
            time.sleep(0.05)
        return socket.create_connection(("127.0.0.1", int(port.read_text())))

    def _answer(self) -> Any:  # noqa: ANN401 - whatever the browser says
        while b":" not in self._read or len(self._read) < len(self._whole()):
            got = self._line.recv(1 << 20)
            if not got:
                raise ConnectionError
            self._read += got
        whole = self._whole()
        self._read = self._read[len(whole) :]
        return json.loads(whole.partition(b":")[2])

    def _whole(self) -> bytes:
        size, _, rest = self._read.partition(b":")
        return self._read[: len(size) + 1 + int(size)] + bytes(max(0, int(size) - len(rest)))

    def ask(self, command: str, given: dict[str, object]) -> Any:  # noqa: ANN401 - as above
        """One command of Marionette."""
        self._count += 1
        content = json.dumps([0, self._count, command, given]).encode()
        self._line.sendall(f"{len(content)}:".encode() + content)
        _, _, error, result = self._answer()
        if error:
            raise RuntimeError(error["message"])
        return result

    def run(self, script: str, *given: object, waits: bool = False) -> Any:  # noqa: ANN401 - as above
        """A script in the page; `waits`: it calls its last argument."""
        kind = "WebDriver:ExecuteAsyncScript" if waits else "WebDriver:ExecuteScript"
        return self.ask(kind, {"script": script, "args": given})["value"]

    def go(self, address: str) -> None:
        self.ask("WebDriver:Navigate", {"url": address})
        self.wait("h1")

    def wait(self, wanted: str) -> None:
        while not self.run(TEXTS, wanted):
            time.sleep(0.05)

    def press(self, wanted: str, button: str = "button[type=submit]") -> float:
        """Milliseconds from the press until it is there."""
        return float(self.run(PRESS, button, wanted, waits=True))

    def choose(self, value: str) -> None:
        self.wait(f"input[value={value}]")
        self.run("document.querySelector(arguments[0]).click()", f"input[value={value}]")

    def fill(self, place: str, text: str) -> None:
        self.run(FILL, place, text)

    def texts(self, of: str) -> list[str]:
        found: list[str] = self.run(TEXTS, of)
        return found

    def look(self, picture: Path) -> None:
        picture.write_bytes(base64.b64decode(self.ask("WebDriver:TakeScreenshot", {"full": True})["value"]))


def tell(browser: Firefox, harbour: Harbour, pictures: Path, name: str) -> dict[str, int]:
    """The story; milliseconds of what the person waits for."""
    took: dict[str, float] = {}
    before = {matter.contact.id for matter in harbour.arrived()}
    browser.go(harbour.address)
    browser.press("button.back, .back")
    browser.press("input[value=GE]")
    browser.choose("GE")
    browser.press("input[value=date]")
    browser.choose("date")
    browser.press("textarea")
    browser.fill("textarea", "Подал рапорт, его не приняли. Суд в понедельник.")
    took["phrase"] = browser.press(".phrase")
    words = browser.texts(".phrase span")
    browser.look(pictures / f"firefox-{name}-phrase.png")
    time.sleep(10)  # somebody writes nine words down
    browser.press("#word-0")
    asked_back = [int(re.sub(r"\D", "", label)) - 1 for label in browser.texts(".word label")]
    for place, number in enumerate(asked_back):
        browser.fill(f"#word-{place}", words[number])
    took["send"] = browser.press(".weighty")
    browser.look(pictures / f"firefox-{name}-sent.png")
    (matter,) = [each for each in harbour.arrived() if each.contact.id not in before]
    matter = harbour.take_up(matter)
    harbour.reply(matter, "Не подписывайте ничего до понедельника.")
    browser.go(harbour.address)
    browser.press("textarea", "button.second")
    slipped = [*words]
    at = next(number for number, word in enumerate(words) if word[1] != word[2])
    slipped[at] = words[at][0] + words[at][2] + words[at][1] + words[at][3:]
    browser.fill("textarea", " ".join(slipped).upper())
    browser.press(".phrase")
    assert browser.texts(".phrase span") == words
    took["come back"] = browser.press("ol.talk")
    browser.wait(".theirs .text")
    assert browser.texts(".theirs .text") == ["Не подписывайте ничего до понедельника."]
    browser.fill("textarea", "Спасибо.")
    took["write"] = browser.press("#notice")
    assert browser.texts(".yours .text")[-1] == "Спасибо."
    browser.look(pictures / f"firefox-{name}-talk.png")
    return {what: round(ms) for what, ms in took.items()}


def mend(browser: Firefox, harbour: Harbour) -> None:
    """A part of the page that could not be loaded is loaded when it is tried again; leaving leads nowhere back."""
    browser.go(harbour.address)
    browser.press("textarea", "button.second")
    browser.fill("textarea", "абвгд " * 9)
    harbour.stop()
    browser.press(".failure")
    harbour.start()
    # The other language's list is there now, and the words are in neither.
    browser.press(".notice", ".failure button")
    browser.run("document.getElementById('leave').click()")
    browser.wait("p")
    for step in ("forward", "back"):
        browser.run(f"history.{step}()")
        time.sleep(1)
        assert browser.run("return location.href") == harbour.leave


def main() -> None:
    """One JSON line."""
    program = shutil.which(sys.argv[1] if len(sys.argv) > 1 else "firefox-esr")
    if program is None:
        sys.exit("No Firefox here: apt-get install firefox-esr")
    pictures = Path(".pictures")
    pictures.mkdir(exist_ok=True)
    result: dict[str, object] = {"bench": "door_firefox"}
    with tempfile.TemporaryDirectory() as folder, Harbour(Path(folder)) as harbour:
        for name, settings, size, language in (
            ("safer-ru-narrow", SAFER, (360, 740), "ru"),
            ("safer-en-1280", SAFER, (1280, 800), "en"),
            ("plain-ru-narrow", {}, (360, 740), "ru"),
        ):
            with Firefox(program, Path(folder) / name, settings, size, language) as browser:
                assert (browser.run("return typeof WebAssembly") == "undefined") == (settings is SAFER)
                result[name] = tell(browser, harbour, pictures, name)
                mend(browser, harbour)
                result["version"] = browser.run("return navigator.userAgent").rpartition("/")[2]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
