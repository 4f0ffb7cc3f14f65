"""Signed packages of all that the site knows about one video, for reviewers and courts."""
