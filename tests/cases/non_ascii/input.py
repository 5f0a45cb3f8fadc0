def grüße(größe, 名前="x"):
    """Grüße."""
    größe = "é" + größe; return größe, 名前
