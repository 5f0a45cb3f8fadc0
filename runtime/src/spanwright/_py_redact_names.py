"""Which names speak of secrets (docs/redaction.md): a name is split into words, and these are looked up."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

(
    NOTHING, PASSWORD, SECRET, TOKEN, API_KEY, AUTHORIZATION, AUTH, COOKIE, SESSION, CREDENTIAL, PRIVATE_KEY,
    ACCESS_KEY, CONNECTION, CARD, NATIONAL, SETTING, UNNAMED, JWT, AWS, GITHUB, GITLAB, SLACK, STRIPE, GOOGLE,
    NPM, PYPI, SENDGRID, TWILIO,
) = range(28)  # fmt: skip

#: What the marker says of each kind.
KINDS = (
    "", "password", "secret", "token", "api key", "authorization", "auth", "cookie", "session", "credential",
    "private key", "access key", "connection string", "card number", "national number", "setting", "unknown name",
    "jwt", "aws key", "github token", "gitlab token", "slack token", "stripe key", "google key", "npm token",
    "pypi token", "sendgrid key", "twilio key",
)  # fmt: skip

LONGEST_NAME = 128


def _words(text: str) -> "frozenset[str]":
    return frozenset(text.split())


_TERMS = {
    term: kind
    for kind, terms in {
        PASSWORD: "password passwords passwd passwds pwd pwds pw passphrase passphrases passcode passcodes "
        "pass-word pass-phrase pass-wd pass-code user-pass db-pass database-pass smtp-pass ftp-pass "
        "imap-pass mail-pass email-pass admin-pass root-pass mysql-pass postgres-pass pg-pass redis-pass "
        "http-pass proxy-pass ldap-pass ssh-pass",
        SECRET: "secret secrets otp totp mnemonic master-key encryption-key decryption-key signing-key shared-key "
        "hmac-key account-key storage-key mfa-code otp-code recovery-code recovery-codes backup-code backup-codes "
        "seed-phrase",
        TOKEN: "token jwt bearer csrf xsrf access-tokens refresh-tokens auth-tokens api-tokens bearer-tokens "
        "session-tokens user-tokens id-tokens",
        API_KEY: "apikey apikeys api-key api-keys app-key",
        AUTHORIZATION: "authorization",
        AUTH: "auth",
        COOKIE: "cookie cookies setcookie",
        SESSION: "session sessionid sessid jsessionid phpsessid session-id",
        CREDENTIAL: "credential credentials cred creds",
        PRIVATE_KEY: "privatekey privkey private-key private-keys priv-key ssh-key rsa-key",
        ACCESS_KEY: "accesskey access-key access-keys",
        CONNECTION: "dsn connstr connstring connectionstring connection-string connection-strings conn-str conn-string",
        CARD: "cardnumber cardno creditcard ccnumber ccnum cvv cvc ccv card-number card-numbers card-no card-num "
        "credit-card debit-card cc-number cc-num cc-no security-code",
        NATIONAL: "ssn ssns nino nationalid taxid passportnumber aadhaar social-security national-id national-number "
        "national-insurance national-identity tax-id passport-number passport-no personal-number nhs-number ni-number",
    }.items()
    for term in terms.split()
}
#: Words that are written together: `dbpassword`, `clientsecret`.
_ENDINGS = (
    ("password", PASSWORD), ("passwd", PASSWORD), ("passphrase", PASSWORD), ("secret", SECRET), ("token", TOKEN),
    ("apikey", API_KEY), ("privatekey", PRIVATE_KEY), ("accesskey", ACCESS_KEY),
)  # fmt: skip
#: A name that ends so speaks about a secret, it does not hold one: `password_length`, `token_expires_at`.
_HARMLESS = _words(
    """
    age alg algorithm alphabet at attempts backend backends bits budget builder changed charset checker class cls
    column config configs cost costs count counter counters counts created date dir disabled domain duration
    embedding embeddings enabled encoding endpoint engine error errors exception expiration expire expired expires
    expiry factory failed field fields file filename folder form format generator group handler help hint host id
    ids idx index interface invalid kind label len length lengths lifetime limit limits line location loader manager
    max maxage maximum method methods middleware min minimum missing mode module name names num offset ok on options
    opts page parser path paths pattern plugin policy pos position prefix price prompt provider providers rate
    reader regex required reset role roles rule rules scheme schemes scope scopes score serializer service settings
    size sizes source start state status step storage store strategy strength style suffix tag template time timeout
    title total ttl type types uri url usage used user username users valid validator validators version view views
    widget writer
    """
)
#: A name that begins so asks about a secret or counts: `has_password`, `max_token`.
_ASKING = _words(
    """
    allow allows avg can check count disable enable had has have hide invalid is max min missing must n need needs
    no num require required requires should show skip total use used uses using valid validate verify without wrong
    """
)
#: Tokens that are no secrets: of parsers, of language models, of pages.
_OTHER_TOKENS = _words(
    """
    bos cls continuation eof eos expected lookahead mask next operator pad page peek pos prev previous sep start
    stop unexpected unk
    """
)


def split(name: str) -> "list[str]":
    """Split a name into its words in lower case: at what is no letter, at digits, and where camelCase has a hump."""
    words: list[str] = []
    start = 0
    kinds = [_sort(c) for c in name]
    for i, kind in enumerate(kinds):
        hump = kind == 2 and i > start and (kinds[i - 1] == 1 or (i + 1 < len(kinds) and kinds[i + 1] == 1))
        if kind == 0 or hump:
            if i > start:
                words.append(_lower(name[start:i]))
            start = i + (kind == 0)
    if len(name) > start:
        words.append(_lower(name[start:]))
    return words


def _sort(c: str) -> int:
    """0: no letter; 1: a lower-case letter, or one of another alphabet; 2: an upper-case letter."""
    return 2 if "A" <= c <= "Z" else 1 if "a" <= c <= "z" or c >= "\x80" else 0


def _lower(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


class Names:
    """Which names speak of secrets: those of the tables above and those that match the user's patterns."""

    def __init__(self, patterns: bytes = b"") -> None:
        lines = [line.strip(" \t\r") for line in patterns.decode("latin-1").split("\n")]
        lines = [line for line in lines if 0 < len(line) <= LONGEST_NAME]
        self._globs = [_lower(line) for line in lines if "*" in line or "?" in line]
        plain = [line for line in lines if "*" not in line and "?" not in line]
        self._words = [f" {' '.join(split(line))} " for line in plain]
        self._known: dict[bytes, int] = {}

    def kind(self, name: bytes) -> int:
        """Tell what a name, in UTF-8, speaks of; 0: nothing that is to be hidden."""
        known = self._known.get(name)
        if known is None:
            known = self._look_up(name.decode("latin-1"))  # bytes are compared: all words are ASCII
            if len(self._known) < 4_096:
                self._known[name] = known
        return known

    def _look_up(self, name: str) -> int:
        if not name or len(name) > LONGEST_NAME:
            return NOTHING
        words = split(name)
        if self._matches(name, words):
            return SETTING
        if not words or words[0] in _ASKING:
            return NOTHING
        if words == ["pass"]:
            return PASSWORD
        return next(filter(None, _found(words)), NOTHING)

    def _matches(self, name: str, words: "list[str]") -> bool:
        spoken = f" {' '.join(words)} "
        return any(glob(pattern, _lower(name.lstrip("-"))) for pattern in self._globs) or any(
            pattern in spoken and pattern.strip() for pattern in self._words
        )


def _found(words: "list[str]") -> "Iterator[int]":
    last = len(words) - 1
    for i, word in enumerate(words):
        pair = _TERMS.get(f"{word}-{words[i + 1]}", NOTHING) if i < last else NOTHING
        kind = pair or _TERMS.get(word, NOTHING) or _ending(word)
        end = i + 1 if pair else i
        if kind == TOKEN and i > 0 and words[i - 1] in _OTHER_TOKENS:
            continue
        if end == last or words[last] not in _HARMLESS:
            yield kind


def _ending(word: str) -> int:
    for ending, kind in _ENDINGS:
        if word.endswith(ending):
            return kind
    return NOTHING


def glob(pattern: str, text: str) -> bool:
    """Match a pattern with `*` and `?` against a whole text."""
    p = t = 0
    star, mark = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, mark = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", text[t]):
            p += 1
            t += 1
        elif star >= 0:
            mark += 1
            p, t = star + 1, mark
        else:
            return False
    return not pattern[p:].strip("*")
