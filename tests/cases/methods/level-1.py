from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@258c806839dac484", 2, 8, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
class Account:
    """Money."""

    rate = 1

    def __init__(self, owner):
        try:
            _sw_enter(0)
            super().__init__()
            self.owner = owner
        except: _sw_flag(0); raise
        finally: _sw_exit(0)

    @property
    def name(self):
        try:
            _sw_enter(1)
            return self.owner.name
        except: _sw_flag(1); raise
        finally: _sw_exit(1)

    @name.setter
    def name(self, value): 
        try: _sw_enter(2); self.owner.name = value
        except: _sw_flag(2); raise
        finally: _sw_exit(2)

    @classmethod
    def create(cls, *owners):
        try:
            _sw_enter(3)
            return [cls(owner) for owner in owners]
        except: _sw_flag(3); raise
        finally: _sw_exit(3)

    @staticmethod
    def rounded(value):
        try:
            _sw_enter(4)
            return round(value, 2)
        except: _sw_flag(4); raise
        finally: _sw_exit(4)

    def no_receiver():
        try:
            _sw_enter(5)
            return 1
        except: _sw_flag(5); raise
        finally: _sw_exit(5)

    class Inner:
        def deep(self):
            try:
                _sw_enter(6)
                def deeper():
                    try:
                        _sw_enter(7)
                        return self
                    except: _sw_flag(7); raise
                    finally: _sw_exit(7)
                return deeper
            except: _sw_flag(6); raise
            finally: _sw_exit(6)
