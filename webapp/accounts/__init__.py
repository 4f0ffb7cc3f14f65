"""Who uses the site, in which role."""
