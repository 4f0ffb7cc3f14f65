"""Natural image matting in closed form: the share of person in each pixel of an uncertain band.

Levin, Lischinski & Weiss 2008, “A closed-form solution to natural image matting”: within a small window the colours
of person and background each lie on a line, so alpha is an affine function of colour. The quadratic form that says
so is solved in the band alone, with the sure pixels around it as boundary.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy import sparse
from scipy.sparse.linalg import cg

from generation.types import FloatArray, Frame

REGULARISATION = 1e-5  # of colour covariance, colours in 0..1; more gives smoother, less lifelike strands
PRIOR = 2e-3  # pull toward the first estimate, so that islands without colour evidence stay where they are
WINDOW = 3  # px
TOLERANCE = 1e-3
ITERATIONS = 200


def solve(image: Frame, estimate: FloatArray, band: npt.NDArray[np.bool_]) -> FloatArray:
    """Alpha (h, w) 0..1: `estimate` outside `band`, and in it what the picture's colours say.

    `image` (h, w, 3); `estimate` (h, w) is 0 or 1 outside the band and a first guess inside.
    """
    if not band.any():
        return estimate
    laplacian = _laplacian(image, band)
    unknown, known = np.flatnonzero(band), np.flatnonzero(~band)
    flat = estimate.ravel().astype(np.float64)
    rows = laplacian[unknown]
    inner = (rows[:, unknown] + PRIOR * sparse.identity(len(unknown))).tocsr()
    right = PRIOR * flat[unknown] - rows[:, known] @ flat[known]
    scale = sparse.diags(1 / inner.diagonal())
    found, _ = cg(inner, right, x0=flat[unknown], rtol=TOLERANCE, maxiter=ITERATIONS, M=scale)
    alpha = estimate.astype(np.float32).ravel().copy()
    alpha[unknown] = np.clip(found, 0, 1)
    return alpha.reshape(estimate.shape)


def _laplacian(image: Frame, band: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """The matting Laplacian (n, n) of all windows that touch the band, n = h·w."""
    height, width = band.shape
    numbers = sliding_window_view(np.arange(height * width).reshape(height, width), (WINDOW, WINDOW))
    touched = sliding_window_view(band, (WINDOW, WINDOW)).any((2, 3))
    members = numbers[touched].reshape(-1, WINDOW**2)  # (k, 9) pixel numbers of each window
    count = WINDOW**2
    colours = image.reshape(-1, 3)[members].astype(np.float32) / 255  # (k, 9, 3)
    colours -= colours.mean(1, keepdims=True)
    covariance = np.einsum("kpi,kpj->kij", colours, colours) / count  # (k, 3, 3)
    covariance += np.eye(3, dtype=np.float32) * (REGULARISATION / count)
    affinity = (
        1 + np.einsum("kpi,kij,kqj->kpq", colours, np.linalg.inv(covariance), colours, optimize=True)
    ) / count
    values = np.eye(count, dtype=np.float32) - affinity  # (k, 9, 9)
    rows = np.repeat(members, count, axis=1).ravel()
    columns = np.tile(members, (1, count)).ravel()
    total = height * width
    return sparse.coo_matrix((values.ravel(), (rows, columns)), shape=(total, total)).tocsr()
