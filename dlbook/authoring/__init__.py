"""Beginning a chapter or a figure: every file that a first build needs, in both languages.

For: authors, who type one command and then mend TODOs, each of which a strict build names.
May know: the site (how pages are read), `record` and `base`.
Known by: the command line.
Start with `new_chapter`, then look at `templates`; `changeset` writes all of them or nothing.
"""
