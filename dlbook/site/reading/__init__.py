"""What a page may ask: sources, figures on the shelf, terms, works, words.

For: reading pages and made figures without trusting them, with errors that name file and line.
May know: `record` and `base`; no HTML of tables, no event of MkDocs.
Known by: the other three rooms.
Start with `source` (a page cut into tokens), then `shelf` and `book`.
"""
