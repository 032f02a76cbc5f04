"""The arithmetic for the compiler: numba sources that become one file of machine code.

For: the speed; the numbers are those of the specification, to the bit.
May know: the specification's coefficients, numba and llvmlite; nobody imports numba but these.
Known by: `compiled`, which compiles them where no file of this machine is there yet.
Start with `lanes` (eight numbers as one value), then `elementary`; `exports` is what is called.
"""
