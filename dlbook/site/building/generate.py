"""Run by mkdocs-gen-files in each half of a build: adds the pages that nobody writes.

The plugin runs scripts without arguments, and knows nothing but the configuration, so the hooks
leave the pages there.
"""

import mkdocs_gen_files
from mkdocs.exceptions import ConfigurationError

from dlbook.site.building.config_file import WITHOUT_HOOKS
from dlbook.site.building.navigation import CONFIG

EXTRA = "generated"  # of the configuration's ``extra``: the Markdown of each page, by its path


def main() -> None:
    """Write every page into the build.

    Raises:
        ConfigurationError: there are none, since nobody left them there.
    """
    if EXTRA not in mkdocs_gen_files.config.extra:
        raise ConfigurationError(f"{CONFIG}:1: {WITHOUT_HOOKS}")
    for uri, text in mkdocs_gen_files.config.extra[EXTRA].items():
        with mkdocs_gen_files.open(uri, "w") as page:
            page.write(text)


if __name__ == "<run_path>":  # the plugin's way to run a script
    main()
