"""Anybody reports a video; reviewers answer within two days."""
