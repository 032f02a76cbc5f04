"""What a figure says and leaves behind, and how it is read: scripts, claims, numbers, places.

For: the one thing that figures, engine and pages share: plain data in files.
May know: `base` and the standard library; it computes nothing and draws nothing.
Known by: `figures`, `engine`, `site`.
Start with `records` (where everything lies), then `numbers` (how a sentence cites one) and
`scripts` (what a script's source says, and the names of its contract).
"""
