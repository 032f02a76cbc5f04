"""The edition that is read from a folder, ``file://``: Material's offline plugin and what it lacks.

A page opened from a folder may not start a worker from a file, so the search runs in a frame
instead, through a shim that comes with the other front-end packages and not from a network. It may
start one from text of its own (a blob), as the explorables do: those keep the browser's worker,
since a frame would share the page's thread and cannot read a blob. Such an edition has no address
of its own, so its pages name none.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

PLUGIN = "material/offline"
SHIM = "assets/iframe-worker.js"
_PACKAGE = Path("web") / "node_modules" / "iframe-worker"
# The shim replaces Worker for whoever asks; around it, files alone get its frame.
_BEFORE = b"(() => { const Native = globalThis.Worker;\n"
_AFTER = b"""
const Framed = globalThis.Worker;
if (Native && Framed !== Native) globalThis.Worker = function Worker(address, options) {
  return new (String(address).startsWith("blob:") ? Native : Framed)(address, options);
};
})();
"""


def is_offline(config: MkDocsConfig) -> bool:
    """Whether this build is for reading from a folder."""
    return PLUGIN in config.plugins and bool(config.plugins[PLUGIN].config.enabled)


def name_shim(config: MkDocsConfig) -> None:
    """Name the shim before the plugin asks for one from elsewhere, and drop the address."""
    if is_offline(config):
        config.extra["polyfills"] = [SHIM]
        config.extra["offline"] = True


def shim(config: MkDocsConfig) -> list[File]:
    """The shim as a file of this language's half; none if the build is for a server."""
    if not is_offline(config):
        return []
    package = Path(config.config_file_path).parent / _PACKAGE
    content = (package / "shim" / "index.js").read_bytes()
    return [File.generated(config, SHIM, content=_BEFORE + content + _AFTER)]
