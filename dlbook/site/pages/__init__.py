"""Weaving: brackets and formulas of a page become numbers, figures, tables and HTML.

For: everything that a reader sees on a page beside its prose.
May know: `labs`, `reading`, `record` and `base`; no event of MkDocs.
Known by: `building`, and Python-Markdown, whose extension `markdown` is.
Start with `weave` (one page), then `blocks` (what the whole book gives).
"""
