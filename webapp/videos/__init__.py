"""A portrait and a recording become a video."""
