"""Whether the person in a portrait is here, now, and agrees: a film made to a fresh demand, judged by numbers."""
