"""What every layer may know.

For: two languages, evidence, progress, files that are written whole, names that are looked up.
May know: the standard library, and nothing of the book.
Known by: everybody.
Start with `evidence`: the two records on which every sentence of the book rests.
"""
