class Account:
    """Money."""

    rate = 1

    def __init__(self, owner):
        super().__init__()
        self.owner = owner

    @property
    def name(self):
        return self.owner.name

    @name.setter
    def name(self, value): self.owner.name = value

    @classmethod
    def create(cls, *owners):
        return [cls(owner) for owner in owners]

    @staticmethod
    def rounded(value):
        return round(value, 2)

    def no_receiver():
        return 1

    class Inner:
        def deep(self):
            def deeper():
                return self
            return deeper
