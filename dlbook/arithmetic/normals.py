"""Normal numbers: the inverse of the normal distribution function, at a uniform number."""

from collections.abc import Callable

import numpy as np

from dlbook.arithmetic import specification
from dlbook.arithmetic.specification import Doubles

# Coefficients of AS 241 (Wichura, Applied Statistics 37, 1988), lowest power first.
_CENTRE = (
    (3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
     45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
     21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610),
)  # fmt: skip
_NEAR = (
    (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
     3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
     0.0227238449892691845833, 0.000774545014278341407640),
    (1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
     0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600,
     1.05075007164441684324e-9),
)  # fmt: skip
_FAR = (
    (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
     0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
     2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
     0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15),
)  # fmt: skip


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], x: Doubles) -> Doubles:
    """A quotient of two polynomials, each by Horner's rule."""
    top, bottom = (np.zeros_like(x), np.zeros_like(x))
    for a, b in zip(reversed(polynomials[0]), reversed(polynomials[1]), strict=True):
        top, bottom = top * x + a, bottom * x + b
    return top / bottom


def inverse_normal(p: Doubles, log: Callable[[Doubles], Doubles] = specification.log) -> Doubles:
    """The normal quantile of ``p`` in (0, 1), elementwise, to about 1e-16 relative (AS 241).

    ``log`` may be another with the same bits. The square root is the processor's, which rounds
    exactly, as IEEE 754 has it.
    """
    q = p - 0.5
    found = q * _ratio(_CENTRE, 0.180625 - q * q)
    beyond = np.abs(q) > 0.425
    tail = p[beyond]
    r = np.sqrt(-log(np.minimum(tail, 1.0 - tail)))
    size = np.where(r <= 5.0, _ratio(_NEAR, r - 1.6), _ratio(_FAR, r - 5.0))
    found[beyond] = np.copysign(size, q[beyond])
    return found
