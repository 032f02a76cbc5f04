"""dlbook: small experiments that judge what a book says about deep networks."""

__version__ = "0.1.0"
