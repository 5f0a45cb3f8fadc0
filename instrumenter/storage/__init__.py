"""What becomes of segments when their processes have ended: they are compressed, and removed in the end."""
