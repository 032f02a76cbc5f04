"""The edition that is read from a folder, ``file://``: Material's offline plugin without its shim.

A page opened from a folder may not start a worker from a file, so the plugin asks for a script from
elsewhere that replaces workers by frames. Our search needs no worker, and the explorables start
theirs from text. Such an edition has no address of its own, so its pages name none.
"""

from mkdocs.config.defaults import MkDocsConfig

PLUGIN = "material/offline"
_SHIM = "iframe-worker"


def is_offline(config: MkDocsConfig) -> bool:
    """Whether this build is for reading from a folder."""
    return PLUGIN in config.plugins and bool(config.plugins[PLUGIN].config.enabled)


def drop_address(config: MkDocsConfig) -> None:
    """Let pages of such an edition name no address."""
    if is_offline(config):
        config.extra["offline"] = True


def drop_shim(config: MkDocsConfig) -> None:
    """Take out the script that the plugin has asked for."""
    asked = config.extra.get("polyfills", [])
    config.extra["polyfills"] = [address for address in asked if _SHIM not in address]
