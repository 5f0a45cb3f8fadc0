from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "input.py@f1e82b863284495f", 2, 8, "enter enter_m ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
class Account:
    """Money."""

    rate = 1

    def __init__(self, owner):
        try:
            _sw_enter_m(0, self, owner)
            super().__init__()
            self.owner = owner
        except: _sw_fail(0); raise
        else: _sw_ret()

    @property
    def name(self):
        try:
            _sw_enter_m(1, self)
            return _sw_ret(self.owner.name)
        except: _sw_fail(1); raise

    @name.setter
    def name(self, value): 
        try: _sw_enter_m(2, self, value); self.owner.name = value
        except: _sw_fail(2); raise
        else: _sw_ret()

    @classmethod
    def create(cls, *owners):
        try:
            _sw_enter_m(3, cls, owners)
            return _sw_ret([cls(owner) for owner in owners])
        except: _sw_fail(3); raise

    @staticmethod
    def rounded(value):
        try:
            _sw_enter(4, value)
            return _sw_ret(round(value, 2))
        except: _sw_fail(4); raise

    def no_receiver():
        try:
            _sw_enter(5)
            return _sw_ret(1)
        except: _sw_fail(5); raise

    class Inner:
        def deep(self):
            try:
                _sw_enter_m(6, self)
                def deeper():
                    try:
                        _sw_enter(7)
                        return _sw_ret(self)
                    except: _sw_fail(7); raise
                return _sw_ret(deeper)
            except: _sw_fail(6); raise
