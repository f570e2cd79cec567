"""Pictures of the main pages with the demo's data, for the documentation.

    python -m tests.browser.shots [--out docs/screenshots]

Starts the application on a folder of its own, fills it with the demo, and drives the machine's Chromium. The pictures
are PNG files with a palette of 256 colours, a third of the size a browser writes.
"""

import argparse
import base64
import shutil
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

import dev
from clienthealth.demo import SIGN_INS
from tests import services

WIDTHS = {"wide": (1440, 960), "phone": (390, 844)}
MAIL_WIDTHS: dict[str, tuple[int, Literal["light", "dark"]]] = {"wide": (600, "light"), "phone": (390, "dark")}
DIGESTS = {"director": "olga@", "manager": "marek@", "calm": "adam@"}
"""Pictures of digests by the beginning of the reader's address."""
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Keeps the commonest colours (antialiased text has thousands of rare ones) and draws each rare one as the nearest kept.
TO_PALETTE = """async (source) => {
  const image = new Image();
  image.src = "data:image/png;base64," + source;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const data = pen.getImageData(0, 0, image.width, image.height).data;
  const colours = new Uint32Array(data.length / 4);
  const counts = new Map();
  for (let at = 0; at < colours.length; at++) {
    const colour = (data[4 * at] << 16) | (data[4 * at + 1] << 8) | data[4 * at + 2];
    colours[at] = colour;
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map((each) => each[0]);
  const place = new Map(kept.map((colour, at) => [colour, at]));
  const distance = (a, b) => [16, 8, 0].reduce((sum, by) => sum + (((a >> by) & 255) - ((b >> by) & 255)) ** 2, 0);
  for (const colour of counts.keys()) {
    if (place.has(colour)) continue;
    let best = 0;
    for (let at = 1; at < kept.length; at++) {
      if (distance(colour, kept[at]) < distance(colour, kept[best])) best = at;
    }
    place.set(colour, best);
  }
  let indices = "";
  for (const colour of colours) indices += String.fromCharCode(place.get(colour));
  return [image.width, image.height, kept, btoa(indices)];
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=dev.ROOT / "docs" / "screenshots")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with demo_application() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
        for width, (pixels, height) in WIDTHS.items():
            for name, picture in pictures(browser, url, pixels, height):
                keep(browser, picture, out / f"{name}-{width}.png")
        for name, picture in mail_pictures(browser, url):
            keep(browser, picture, out / f"{name}.png")
        browser.close()


def keep(browser: Browser, picture: bytes, path: Path) -> None:
    path.write_bytes(with_palette(browser, picture))
    print(f"{path}: {path.stat().st_size // 1024} kB")


@contextmanager
def demo_application() -> Iterator[str]:
    """The address of a running application filled with the demo; gone with its folder afterwards."""
    run = services.Run.begin("clienthealth-shots-")
    data = run.folder / "data"
    data.mkdir()
    app = services.LiveApp(run, data, f"sqlite:///{data / 'clienthealth.sqlite3'}")
    try:
        app.manage("migrate", "--no-input", "--verbosity", "0")
        app.manage("demo")
        app.manage("digest")
        app.start("web")
        yield app.url
    finally:
        app.close()
        run.end()


def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("No browser was found: install chromium.")
    return found


def pictures(browser: Browser, url: str, width: int, height: int) -> Iterator[tuple[str, bytes]]:
    """(name, PNG as the browser writes it) of each page, as the director sees it."""
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light").new_page()
    sign_in(page, url)
    flag = first_link(page, f"{url}/flags/", "main a[href^='/flags/']")
    client = first_link(page, f"{url}{flag}", "main a[href^='/clients/']")
    number = client.strip("/").rpartition("/")[2]
    for name, path in (
        ("today", "/"),
        ("portfolio", "/portfolio/"),
        ("client", client),
        ("incident", f"/incidents/log/?client={number}"),
        ("flag", flag),
    ):
        page.goto(f"{url}{path}", wait_until="networkidle")
        yield name, page.screenshot(animations="disabled")
    page.context.close()


def mail_pictures(browser: Browser, url: str) -> Iterator[tuple[str, bytes]]:
    """Digests whole, as mail programs show them: wide on a light screen, on a dark phone."""
    for width, (pixels, colours) in MAIL_WIDTHS.items():
        size: ViewportSize = {"width": pixels, "height": 200}
        page = browser.new_context(viewport=size, color_scheme=colours).new_page()
        sign_in(page, url)
        for name, reader in DIGESTS.items():
            page.goto(f"{url}/system/")
            link = page.locator("#mails tr", has_text=reader).locator("a").first.get_attribute("href", timeout=5000)
            page.goto(f"{url}{link}html/")
            yield f"digest-{name}-{width}", page.screenshot(full_page=True)
        page.context.close()


def sign_in(page: Page, url: str) -> None:
    email, password = next((email, password) for email, role, password in SIGN_INS if role == "ops_director")
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{url}/")


def first_link(page: Page, address: str, selector: str) -> str:
    page.goto(address)
    return page.locator(selector).first.get_attribute("href", timeout=5000) or ""


def with_palette(browser: Browser, picture: bytes) -> bytes:
    """The same picture with a palette of at most 256 colours."""
    page = browser.new_page()
    width, height, colours, indices = page.evaluate(TO_PALETTE, base64.b64encode(picture).decode())
    page.close()
    rows = base64.b64decode(indices)
    # Each row begins with its filter: 0, none.
    raw = b"".join(b"\0" + rows[width * at : width * (at + 1)] for at in range(height))
    palette = b"".join(colour.to_bytes(3, "big") for colour in colours)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", palette),
            chunk(b"IDAT", zlib.compress(raw, 9)),
            chunk(b"IEND", b""),
        ]
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
