"""Who agreed to be portrayed, for what, until when."""
