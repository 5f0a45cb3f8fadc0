/* The words that names are told by: docs/redaction.md. In the order of their bytes, since they are searched by halving;
   _py_redact_names.py has the same. */
#ifndef SPANWRIGHT_SECRETS_WORDS_H
#define SPANWRIGHT_SECRETS_WORDS_H

typedef struct {
    const char *words; /* with a hyphen between two */
    int kind;
} term_t;

/* clang-format off */
static const term_t terms[] = {
    {"aadhaar", KIND_NATIONAL}, {"access-key", KIND_ACCESS_KEY}, {"access-keys", KIND_ACCESS_KEY},
    {"access-tokens", KIND_TOKEN}, {"accesskey", KIND_ACCESS_KEY}, {"account-key", KIND_SECRET},
    {"admin-pass", KIND_PASSWORD}, {"api-key", KIND_API_KEY}, {"api-keys", KIND_API_KEY}, {"api-tokens", KIND_TOKEN},
    {"apikey", KIND_API_KEY}, {"apikeys", KIND_API_KEY}, {"app-key", KIND_API_KEY}, {"auth", KIND_AUTH},
    {"auth-tokens", KIND_TOKEN}, {"authorization", KIND_AUTHORIZATION}, {"backup-code", KIND_SECRET},
    {"backup-codes", KIND_SECRET}, {"bearer", KIND_TOKEN}, {"bearer-tokens", KIND_TOKEN}, {"card-no", KIND_CARD},
    {"card-num", KIND_CARD}, {"card-number", KIND_CARD}, {"card-numbers", KIND_CARD}, {"cardno", KIND_CARD},
    {"cardnumber", KIND_CARD}, {"cc-no", KIND_CARD}, {"cc-num", KIND_CARD}, {"cc-number", KIND_CARD},
    {"ccnum", KIND_CARD}, {"ccnumber", KIND_CARD}, {"ccv", KIND_CARD}, {"conn-str", KIND_CONNECTION},
    {"conn-string", KIND_CONNECTION}, {"connection-string", KIND_CONNECTION}, {"connection-strings", KIND_CONNECTION},
    {"connectionstring", KIND_CONNECTION}, {"connstr", KIND_CONNECTION}, {"connstring", KIND_CONNECTION},
    {"cookie", KIND_COOKIE}, {"cookies", KIND_COOKIE}, {"cred", KIND_CREDENTIAL}, {"credential", KIND_CREDENTIAL},
    {"credentials", KIND_CREDENTIAL}, {"credit-card", KIND_CARD}, {"creditcard", KIND_CARD},
    {"creds", KIND_CREDENTIAL}, {"csrf", KIND_TOKEN}, {"cvc", KIND_CARD}, {"cvv", KIND_CARD},
    {"database-pass", KIND_PASSWORD}, {"db-pass", KIND_PASSWORD}, {"debit-card", KIND_CARD},
    {"decryption-key", KIND_SECRET}, {"dsn", KIND_CONNECTION}, {"email-pass", KIND_PASSWORD},
    {"encryption-key", KIND_SECRET}, {"ftp-pass", KIND_PASSWORD}, {"hmac-key", KIND_SECRET},
    {"http-pass", KIND_PASSWORD}, {"id-tokens", KIND_TOKEN}, {"imap-pass", KIND_PASSWORD},
    {"jsessionid", KIND_SESSION}, {"jwt", KIND_TOKEN}, {"ldap-pass", KIND_PASSWORD}, {"mail-pass", KIND_PASSWORD},
    {"master-key", KIND_SECRET}, {"mfa-code", KIND_SECRET}, {"mnemonic", KIND_SECRET}, {"mysql-pass", KIND_PASSWORD},
    {"national-id", KIND_NATIONAL}, {"national-identity", KIND_NATIONAL}, {"national-insurance", KIND_NATIONAL},
    {"national-number", KIND_NATIONAL}, {"nationalid", KIND_NATIONAL}, {"nhs-number", KIND_NATIONAL},
    {"ni-number", KIND_NATIONAL}, {"nino", KIND_NATIONAL}, {"otp", KIND_SECRET}, {"otp-code", KIND_SECRET},
    {"pass-code", KIND_PASSWORD}, {"pass-phrase", KIND_PASSWORD}, {"pass-wd", KIND_PASSWORD},
    {"pass-word", KIND_PASSWORD}, {"passcode", KIND_PASSWORD}, {"passcodes", KIND_PASSWORD},
    {"passphrase", KIND_PASSWORD}, {"passphrases", KIND_PASSWORD}, {"passport-no", KIND_NATIONAL},
    {"passport-number", KIND_NATIONAL}, {"passportnumber", KIND_NATIONAL}, {"passwd", KIND_PASSWORD},
    {"passwds", KIND_PASSWORD}, {"password", KIND_PASSWORD}, {"passwords", KIND_PASSWORD},
    {"personal-number", KIND_NATIONAL}, {"pg-pass", KIND_PASSWORD}, {"phpsessid", KIND_SESSION},
    {"postgres-pass", KIND_PASSWORD}, {"priv-key", KIND_PRIVATE_KEY}, {"private-key", KIND_PRIVATE_KEY},
    {"private-keys", KIND_PRIVATE_KEY}, {"privatekey", KIND_PRIVATE_KEY}, {"privkey", KIND_PRIVATE_KEY},
    {"proxy-pass", KIND_PASSWORD}, {"pw", KIND_PASSWORD}, {"pwd", KIND_PASSWORD}, {"pwds", KIND_PASSWORD},
    {"recovery-code", KIND_SECRET}, {"recovery-codes", KIND_SECRET}, {"redis-pass", KIND_PASSWORD},
    {"refresh-tokens", KIND_TOKEN}, {"root-pass", KIND_PASSWORD}, {"rsa-key", KIND_PRIVATE_KEY},
    {"secret", KIND_SECRET}, {"secrets", KIND_SECRET}, {"security-code", KIND_CARD}, {"seed-phrase", KIND_SECRET},
    {"sessid", KIND_SESSION}, {"session", KIND_SESSION}, {"session-id", KIND_SESSION}, {"session-tokens", KIND_TOKEN},
    {"sessionid", KIND_SESSION}, {"setcookie", KIND_COOKIE}, {"shared-key", KIND_SECRET},
    {"signing-key", KIND_SECRET}, {"smtp-pass", KIND_PASSWORD}, {"social-security", KIND_NATIONAL},
    {"ssh-key", KIND_PRIVATE_KEY}, {"ssh-pass", KIND_PASSWORD}, {"ssn", KIND_NATIONAL}, {"ssns", KIND_NATIONAL},
    {"storage-key", KIND_SECRET}, {"tax-id", KIND_NATIONAL}, {"taxid", KIND_NATIONAL}, {"token", KIND_TOKEN},
    {"totp", KIND_SECRET}, {"user-pass", KIND_PASSWORD}, {"user-tokens", KIND_TOKEN}, {"xsrf", KIND_TOKEN},
};

/* A name that ends so speaks about a secret, it does not hold one. */
static const char *const harmless_words[] = {
    "age", "alg", "algorithm", "alphabet", "at", "attempts", "backend", "backends", "bits", "budget", "builder",
    "changed", "charset", "checker", "class", "cls", "column", "config", "configs", "cost", "costs", "count",
    "counter", "counters", "counts", "created", "date", "dir", "disabled", "domain", "duration", "embedding",
    "embeddings", "enabled", "encoding", "endpoint", "engine", "error", "errors", "exception", "expiration",
    "expire", "expired", "expires", "expiry", "factory", "failed", "field", "fields", "file", "filename", "folder",
    "form", "format", "generator", "group", "handler", "help", "hint", "host", "id", "ids", "idx", "index",
    "interface", "invalid", "kind", "label", "len", "length", "lengths", "lifetime", "limit", "limits", "line",
    "loader", "location", "manager", "max", "maxage", "maximum", "method", "methods", "middleware", "min",
    "minimum", "missing", "mode", "module", "name", "names", "num", "offset", "ok", "on", "options", "opts", "page",
    "parser", "path", "paths", "pattern", "plugin", "policy", "pos", "position", "prefix", "price", "prompt",
    "provider", "providers", "rate", "reader", "regex", "required", "reset", "role", "roles", "rule", "rules",
    "scheme", "schemes", "scope", "scopes", "score", "serializer", "service", "settings", "size", "sizes", "source",
    "start", "state", "status", "step", "storage", "store", "strategy", "strength", "style", "suffix", "tag",
    "template", "time", "timeout", "title", "total", "ttl", "type", "types", "uri", "url", "usage", "used", "user",
    "username", "users", "valid", "validator", "validators", "version", "view", "views", "widget", "writer",
};

/* A name that begins so asks about a secret, or counts. */
static const char *const asking_words[] = {
    "allow", "allows", "avg", "can", "check", "count", "disable", "enable", "had", "has", "have", "hide", "invalid",
    "is", "max", "min", "missing", "must", "n", "need", "needs", "no", "num", "require", "required", "requires",
    "should", "show", "skip", "total", "use", "used", "uses", "using", "valid", "validate", "verify", "without",
    "wrong",
};

/* Tokens that are no secrets: of parsers, of language models, of pages. */
static const char *const other_tokens[] = {
    "bos", "cls", "continuation", "eof", "eos", "expected", "lookahead", "mask", "next", "operator", "pad", "page",
    "peek", "pos", "prev", "previous", "sep", "start", "stop", "unexpected", "unk",
};

/* clang-format on */

#endif
