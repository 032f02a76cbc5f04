"""One arithmetic: the same bits on every processor, and compiled code that keeps to it.

For: elementary functions and training whose results depend on nothing but their inputs.
May know: `base`, numpy, and for the compiled half numba; never files of the book, figures or pages.
Known by: `mathematics` and `training`.
Start with `specification`, the contract as text that runs, then `one_model`, which trains by it;
`kernels` says the same to the compiler, `compiled` has it made once per machine, and `stack` and
`prediction` use it.
"""
