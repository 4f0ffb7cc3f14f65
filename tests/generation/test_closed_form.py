import numpy as np

from generation.portrait import closed_form


def strands(side=96):
    """A ramp of alpha with fine vertical strands, and its composite of two plain colours."""
    x = np.linspace(1.4, -0.4, side)[None, :].repeat(side, 0)
    alpha = np.clip(x + 0.25 * np.sin(np.arange(side) * 1.9)[None, :], 0, 1).astype(np.float32)
    near, far = np.array([200.0, 60, 40]), np.array([40.0, 90, 160])
    picture = alpha[..., None] * near + (1 - alpha[..., None]) * far
    return (picture + 0.5).astype(np.uint8), alpha


def test_alpha_of_strands_is_recovered_from_a_blurred_guess():
    picture, truth = strands()
    band = (truth > 0) & (truth < 1)
    guess = np.where(band, 0.5, truth).astype(np.float32)
    found = closed_form.solve(picture, guess, band)
    assert np.abs(found - truth)[band].mean() < 0.35 * np.abs(guess - truth)[band].mean()
    assert np.array_equal(found[~band], truth[~band])


def test_without_an_uncertain_band_the_estimate_stands():
    picture, truth = strands()
    assert closed_form.solve(picture, truth, np.zeros(truth.shape, bool)) is truth
