"""What is made from the built site in a browser: the audit, the printed book."""
