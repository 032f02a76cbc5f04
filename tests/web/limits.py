"""How far the page's engine and ours may differ, as the tests hold and the book promises."""

STEPS = 500
# Of the loss, over the first steps.
RELATIVE = 1e-9
# Equal pieces of the sine are symmetric: some slopes are exactly 0, and Adam makes steps of what
# rounding leaves in their place. Small as they are, so are the losses of many pieces. The page
# promises its readers no more than this.
PROMISED = 1e-5
