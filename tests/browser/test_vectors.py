"""Every vector in real Chromium, with the Ed25519 that WebCrypto has, and with the one loaded on demand."""

import functools
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import door

VECTORS = door.ROOT / "vectors"
WORDS = door.ROOT / "src" / "safeconduct" / "sealed" / "words"

BUNDLE = """
import { build } from "esbuild";
await build({
  bundle: true, splitting: true, format: "esm", target: "es2020", logLevel: "warning",
  entryPoints: ["tests/page.ts", "tests/refused.ts"], chunkNames: "[name]", outdir: process.argv[1],
});
"""
PAGE = '<!doctype html><title>Vectors</title><script type="module" src="page.js"></script>'


class Quiet(SimpleHTTPRequestHandler):
    """The files of a folder, under the door's own policy for scripts."""

    def end_headers(self) -> None:
        self.send_header("content-security-policy", "default-src 'none'; script-src 'self'")
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def bundle(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    subprocess.run([node, "--input-type=module", "-e", BUNDLE, folder], cwd=door.SOURCE, check=True)
    (folder / "index.html").write_text(PAGE)
    return folder


@pytest.fixture(scope="module")
def address(bundle: Path) -> Iterator[str]:
    """127.0.0.1 is a secure context: WebCrypto is there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=bundle))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


def topics() -> list[Path]:
    return sorted(VECTORS.rglob("*.json"))


def run_all(page: Page) -> tuple[int, list[str]]:
    """How many vectors were run, and which have another verdict or output."""
    page.wait_for_function("typeof runTopic === 'function'")
    for path in WORDS.glob("*.txt"):
        page.evaluate("(list) => useList(list)", {"language": path.stem, "lines": path.read_text("utf-8")})
    run, failed = 0, []
    for path in topics():
        found = page.evaluate("(topic) => runTopic(JSON.parse(topic))", path.read_text())
        run += found["run"]
        failed += [f"{path.parent.name}/{path.stem}: {each}" for each in found["failed"]]
    return run, failed


@pytest.mark.parametrize("refused", [False, True], ids=["WebCrypto's Ed25519", "the one loaded on demand"])
def test_every_vector_has_its_verdict_in_chromium(
    browser: Browser, bundle: Path, address: str, *, refused: bool
) -> None:
    context = browser.new_context()
    if refused:
        context.add_init_script(f"(() => {{{(bundle / 'refused.js').read_text()}}})()")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(address)
    run, failed = run_all(page)
    assert failed == []
    sections = {json.loads(path.read_text())["section"] for path in topics()}
    assert run > 50 * len(sections)
    assert ("noble.js" in asked) == refused
    context.close()
