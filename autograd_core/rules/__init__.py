"""What is the derivative of X? A row in one of these files; importing them registers all rules.

======================  ==========================================================================
``guards``              what formulas say where they would divide by zero
``elementwise``         functions that act entry by entry
``constants``           what has derivative zero, and questions of form
``reductions``          sums, products, extrema, scans
``statistics``          variances, averages, covariances
``quantiles``           medians, quantiles, percentiles
``nans``                reductions that leave nan out
``histograms``          counts in bins
``sorting``             order and sets
``shape``               the same entries in another form
``joining``             putting arrays together, and taking them apart
``indexing``            reading and writing parts
``creation``            new arrays from Variables
``products``            matmul, einsum and their family
``linalg``              inverses, systems, determinants
``norms``               norms, condition numbers
``decompositions``      Cholesky, eigenvalues, singular values, QR
``fft``                 Fourier transforms
``calculus``            differences, slopes, integrals, interpolation
``polynomials``         values, arithmetic, zeros and fits of polynomials
``methods``             reduce, accumulate, reduceat, outer and at of the ufuncs
``special``             the ufuncs of scipy.special; imported when the first of them arrives
======================  ==========================================================================
"""

from . import (
    calculus,
    constants,
    creation,
    decompositions,
    elementwise,
    fft,
    histograms,
    indexing,
    joining,
    linalg,
    methods,
    nans,
    norms,
    polynomials,
    products,
    quantiles,
    reductions,
    shape,
    sorting,
    statistics,
)

__all__ = [
    "calculus",
    "constants",
    "creation",
    "decompositions",
    "elementwise",
    "fft",
    "histograms",
    "indexing",
    "joining",
    "linalg",
    "methods",
    "nans",
    "norms",
    "polynomials",
    "products",
    "quantiles",
    "reductions",
    "shape",
    "sorting",
    "statistics",
]
