"""The site: pages, figures and records woven into two languages. Reads made files, runs nothing.

For: readers. Four rooms, each of which may know those before it: `reading`, `labs`, `pages`,
`building`; `hooks` passes the events of MkDocs on.
May know: `record` and `base`; neither torch nor matplotlib, neither the engine nor a script.
Start with `reading.book` (what a page may ask), then `pages.weave`.
"""
