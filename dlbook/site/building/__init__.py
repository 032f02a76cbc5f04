"""One build of the site: the events of MkDocs in order, both languages, published whole or not.

For: authors who build and serve; nothing half-written is ever published.
May know: the other three rooms, MkDocs, `record` and `base`.
Known by: `hooks`.
Start with `builder` (the events in order), then `staging`.
"""
