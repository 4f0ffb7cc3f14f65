"""A portrait and a recording become the frames of a talking face. Knows nothing of Django, Celery or marks."""
