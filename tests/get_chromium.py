"""Make sure that the browser tests have a Chromium: the machine's, else Debian's package, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Return the Chromium to use: EXCHANGE_CHROMIUM, one on the path, or the one that Playwright fetched."""
    named = os.environ.get("EXCHANGE_CHROMIUM")
    if named:
        return named
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return installed
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110


def install() -> None:
    """Install Debian's package where we may, else let Playwright fetch its own."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
        wanted = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-noto-core"]
        if subprocess.run(wanted, check=False, **quiet).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Find or install; say which one it is."""
    path = find()
    if not path:
        print("No Chromium found; installing one for the browser tests.")
        install()
        path = find()
    if not path:
        print("No Chromium could be installed. Install Chromium or Chrome, or set EXCHANGE_CHROMIUM to its path.",
              file=sys.stderr)
        return 1
    print(f"Chromium for the browser tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
