"""The engine's worker in a browser, for tests that hold it to the book."""

from typing import Any

from playwright.sync_api import Page

from dlbook.site.pages.explorables import bundles
from tests.scripts import ROOT

_TRAINED = """([source, job]) => new Promise((resolve, reject) => {
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const losses = [];
  worker.onerror = ({message}) => reject(new Error(message));
  worker.onmessage = ({data}) => {
    if (data.error) return reject(new Error(data.error));
    if ("lost" in data) return reject(new Error(`lost after ${data.lost}`));
    losses.push(...data.losses);
    if (data.done) { worker.terminate(); resolve([losses, [...data.flat]]); }
  };
  worker.postMessage({do: "start", ...job});
})"""


def sources() -> dict[str, str]:
    """The worker's text, and with a browser that does not know vectors."""
    source = bundles(ROOT / "web")["assets/explore/engine.js"].decode()
    return {"with vectors": source, "without": f"WebAssembly.validate = () => false;\n{source}"}


def trained(page: Page, source: str, job: dict[str, Any]) -> tuple[list[float], list[float]]:
    """The losses at the recorded steps of a run, and its last parameters.

    Raises:
        playwright.sync_api.Error: the worker says what is wrong, or after which step it was lost.
    """
    losses, flat = page.evaluate(_TRAINED, [source, job])
    return losses, flat
