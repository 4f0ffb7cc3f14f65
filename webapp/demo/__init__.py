"""`make demo`: the whole site on one machine, and the main job done through its door.

Nothing here is Django: the site's processes are started as an operator would start them, and a visitor then
uses the website over HTTP, form by form. The test lanes start the site with the same code.
"""
