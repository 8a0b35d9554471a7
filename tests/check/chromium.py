"""Headless Chromium, driven over its own pipe: JSON messages of the DevTools protocol, nothing to install beside it."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip
WAIT_S = 60.0


def program() -> str | None:
    """Where Chromium is, if it is here."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Chromium:
    """One browser with one page, and every request that the page tries to make."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="visitcli-chromium-")
        to_it, self._write = os.pipe()
        self._read, from_it = os.pipe()

        def ends() -> None:  # the browser reads from 3 and writes to 4
            copies = os.dup(to_it), os.dup(from_it)
            os.dup2(copies[0], 3)
            os.dup2(copies[1], 4)

        found = program()
        assert found
        self._process = subprocess.Popen(
            [found, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={self._profile}", "about:blank"],
            preexec_fn=ends,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_it)
        os.close(from_it)
        self._left, self._number, self._session = b"", 0, ""
        self.requests: list[str] = []
        self.refused: list[str] = []  # requests that the page's own policy did not let out
        self._asked: dict[str, str] = {}
        self.console: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda heard: heard.get("id") == message["id"])
        assert "error" not in answer, (method, answer["error"])
        return dict(answer["result"])

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            while b"\0" not in self._left:
                assert select.select([self._read], [], [], WAIT_S)[0], "Chromium says nothing"
                self._left += os.read(self._read, 1 << 20)
            raw, _, self._left = self._left.partition(b"\0")
            heard = json.loads(raw)
            self._note(heard)
            if wanted(heard):
                return dict(heard)

    def _note(self, heard: dict[str, Any]) -> None:
        match heard.get("method"):
            case "Network.requestWillBeSent":
                self._asked[heard["params"]["requestId"]] = heard["params"]["request"]["url"]
                self.requests.append(heard["params"]["request"]["url"])
            case "Network.loadingFailed" if heard["params"].get("blockedReason") == "csp":
                url = self._asked[heard["params"]["requestId"]]
                self.requests.remove(url)
                self.refused.append(url)
            case "Log.entryAdded":
                self.console.append(heard["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.console.append(str(heard["params"]["exceptionDetails"]))

    def open(
        self, file: Path, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True
    ) -> None:
        """Open a file in a window of this size; up to 500 px wide it is a phone."""
        phone = width <= 500
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="", features=[scheme])
        for kept in (self.requests, self.refused):
            kept.clear()
        self.console.clear()
        self.call("Page.navigate", url=file.resolve().as_uri())
        self._until(lambda heard: heard.get("method") == "Page.loadEventFired")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """A PNG of the page, whole or as the window shows it."""
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
            taken = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        file.write_bytes(base64.b64decode(taken))

    def paper(self, file: Path) -> None:
        """A PDF of the page, in the size that its style asks for."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
        file.write_bytes(base64.b64decode(printed))

    def click(self, selector: str) -> None:
        """Bring an element into view and click its middle with a real mouse event."""
        at = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center', behavior: 'instant'}); const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.mouse("mousePressed", *at)
        self.mouse("mouseReleased", *at)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """One mouse event of the left button."""
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **{**held, **more})

    def key(self, key: str) -> None:
        """Press and let go of a key."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def fingers(self, kind: str, points: list[tuple[float, float]]) -> None:
        """One touch event with a finger at each point."""
        touches = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        self.call("Input.dispatchTouchEvent", type=kind, touchPoints=touches)
