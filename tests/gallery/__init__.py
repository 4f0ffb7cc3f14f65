"""Pictures of every page of the site: `python -m tests.gallery`."""
