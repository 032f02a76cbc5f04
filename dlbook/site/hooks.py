"""The events of MkDocs, passed on to the one builder of this process."""

from dlbook.site.building.builder import Builder

_builder = Builder()

on_startup = _builder.on_startup
on_config = _builder.on_config
on_pre_build = _builder.on_pre_build
on_files = _builder.on_files
on_page_markdown = _builder.on_page_markdown
on_page_content = _builder.on_page_content
on_page_context = _builder.on_page_context
on_template_context = _builder.on_template_context
on_post_build = _builder.on_post_build
on_build_error = _builder.on_build_error
on_shutdown = _builder.on_shutdown
