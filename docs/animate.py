"""The READMEs' moving picture: the home's first screen, as the exported site shows it: `python -m docs.animate SITE`."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.launch import QUIET, chromium

HERE = Path(__file__).parent
SIZE = {"width": 1200, "height": 560}
SECONDS, EVERY = 11, 0.2  # of the page's time; seconds between pictures
HOTTER = 5  # seconds after which the slider goes to its hottest stop


def pictures(page) -> list[Image.Image]:
    """The page as it writes itself, and again after its slider was moved; its clock stands still between two pictures."""
    taken = []
    for turn in range(round(SECONDS / EVERY)):
        page.clock.run_for(round(EVERY * 1000))
        if turn == round(HOTTER / EVERY):
            page.locator("[data-living] input[type=range]").press("End")
        taken.append(Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": 0, **SIZE}))).convert("RGB"))
    return taken


def write(site: Path) -> None:
    """Write one picture for each language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for lang in ("pt", "en"):
            page = browser.new_page(viewport=SIZE)
            page.clock.install()
            page.goto((site / lang / "index.html").resolve().as_uri())
            frames = [one.quantize(64, dither=Image.Dither.NONE) for one in pictures(page)]
            first, *others = frames
            first.save(HERE / f"home.{lang}.gif", save_all=True, append_images=others, duration=round(EVERY * 1000), loop=0, optimize=True)  # fmt: skip
            page.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
