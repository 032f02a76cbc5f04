"""What a figure leaves behind, and how it is read: claims, numbers, texts and their places.

For: the one thing that figures, engine and pages share: plain data in files.
May know: `base` and the standard library; it computes nothing and draws nothing.
Known by: `figures`, `engine`, `site`.
Start with `records` (where everything lies), then `numbers` (how a sentence cites one).
"""
