"""From a suspect video back to the job that made it; and what is kept of every video for that."""
