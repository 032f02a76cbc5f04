"""The arithmetic for the compiler: numba sources that become one file of machine code.

For: the speed; the numbers are those of the specification, to the bit.
May know: the specification's coefficients, numba and llvmlite; nobody imports numba but these.
Known by: `compiled`, which compiles them where no file of this machine is there yet.
Start with `lanes` (eight numbers as one value), then `elementary`; `exports` is what is called.
"""

from numba.core import config

# numba would improve each function, and what it is used in, and make machine code of it that nobody
# runs; what the kernels become is improved as a whole. It asks for this when it is first used.
config.OPT = type(config.OPT)(0)
