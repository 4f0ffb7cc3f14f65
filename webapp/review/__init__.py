"""People decide what is published."""
