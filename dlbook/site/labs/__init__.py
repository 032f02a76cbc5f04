"""Labs: the scripts of a chapter cut into the cells of a notebook.

For: readers who run the code; nothing is executed here, outputs are those of the records.
May know: `reading`, `record` and `base`.
Known by: `pages` and `building`.
Start with `cut` (a script becomes cells), then `notebook`.
"""
