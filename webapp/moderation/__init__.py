"""What is looked at before a frame is painted."""
