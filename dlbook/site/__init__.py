"""The site: pages, figures and records woven into two languages. Reads made files, runs nothing."""
