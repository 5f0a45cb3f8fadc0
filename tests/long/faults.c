/* Preloaded into a process, counts the calls by which it changes or flushes something below a folder, and kills it at
   the n-th, or lets that call fail. Flushing is counted and left out: what a process wrote outlives it in any case. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL, FAIL, FAIL_FROM, SHORT, SHORT_THEN_KILL };

static char root[PATH_MAX];
static size_t root_length; /* 0: nothing is counted */
static long number, counted;
static int action, failure;

/* From now on, count what is done below `folder`; do `what` at the call with this number, from 1. */
void faults_arm(const char *folder, long at, int what, int error) {
    snprintf(root, sizeof root, "%s", folder);
    number = at;
    counted = 0;
    action = what;
    failure = error;
    root_length = strlen(root);
}

long faults_counted(void) { return counted; }

static int is_below(const char *path) {
    return !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int is_open_below(int descriptor) {
    char link[40], path[PATH_MAX];
    if (!root_length)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_below(path);
}

static int is_named_below(int folder, const char *path) {
    char here[PATH_MAX];
    if (!root_length || !path)
        return 0;
    if (path[0] == '/')
        return is_below(path);
    if (folder != AT_FDCWD)
        return is_open_below(folder);
    return getcwd(here, sizeof here) && is_below(here);
}

/* 0: go on; -1: fail, errno is set; 1: write a part only. */
static int step(int is_write) {
    long now = ++counted;
    int saved = errno;
    if (action == COUNT || now < number || (now > number && action != FAIL_FROM && action != SHORT_THEN_KILL))
        return 0;
    if (action == KILL || (action == SHORT_THEN_KILL && (now > number || !is_write)))
        kill(getpid(), SIGKILL);
    if (action == SHORT || action == SHORT_THEN_KILL)
        return is_write;
    errno = failure ? failure : saved;
    return -1;
}

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) \
        real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

#define OPENS (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

#define MODE \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
    va_end(rest);

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        MODE REAL(int, name, const char *, int, ...) \
        if ((flags & OPENS) && is_named_below(AT_FDCWD, path) && step(0)) \
            return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        MODE REAL(int, name, int, const char *, int, ...) \
        if ((flags & OPENS) && is_named_below(folder, path) && step(0)) \
            return -1; \
        return real(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

#define WRITE(name, more, pass) \
    ssize_t name(int descriptor, const void *data, size_t size more) { \
        REAL(ssize_t, name, int, const void *, size_t more) \
        int met = is_open_below(descriptor) ? step(1) : 0; \
        if (met < 0) \
            return -1; \
        return real(descriptor, data, met && size > 1 ? size / 2 : size pass); \
    }
#define NOTHING
#define COMMA_OFFSET , off_t offset
#define OFFSET , offset
WRITE(write, NOTHING, NOTHING)
WRITE(pwrite, COMMA_OFFSET, OFFSET)
WRITE(pwrite64, COMMA_OFFSET, OFFSET)

#define BY_PATH(name, types, pass, folder, path) \
    int name types { \
        REAL(int, name, types_##name) \
        if (is_named_below(folder, path) && step(0)) \
            return -1; \
        return real pass; \
    }
#define types_mkdir const char *, mode_t
#define types_mkdirat int, const char *, mode_t
#define types_rmdir const char *
#define types_unlink const char *
#define types_unlinkat int, const char *, int
#define types_rename const char *, const char *
#define types_renameat int, const char *, int, const char *
#define types_renameat2 int, const char *, int, const char *, unsigned int
#define types_link const char *, const char *
#define types_linkat int, const char *, int, const char *, int
#define types_symlink const char *, const char *
#define types_symlinkat const char *, int, const char *
#define types_chmod const char *, mode_t
#define types_fchmodat int, const char *, mode_t, int
#define types_chown const char *, uid_t, gid_t
#define types_lchown const char *, uid_t, gid_t
#define types_fchownat int, const char *, uid_t, gid_t, int
#define types_utimensat int, const char *, const struct timespec *, int
#define types_truncate const char *, off_t
#define types_setxattr const char *, const char *, const void *, size_t, int
#define types_lsetxattr types_setxattr
BY_PATH(mkdir, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(mkdirat, (int at, const char *path, mode_t mode), (at, path, mode), at, path)
BY_PATH(rmdir, (const char *path), (path), AT_FDCWD, path)
BY_PATH(unlink, (const char *path), (path), AT_FDCWD, path)
BY_PATH(unlinkat, (int at, const char *path, int flags), (at, path, flags), at, path)
BY_PATH(rename, (const char *old, const char *path), (old, path), AT_FDCWD, path)
BY_PATH(renameat, (int from, const char *old, int at, const char *path), (from, old, at, path), at, path)
BY_PATH(renameat2, (int from, const char *old, int at, const char *path, unsigned int flags),
        (from, old, at, path, flags), at, path)
BY_PATH(link, (const char *old, const char *path), (old, path), AT_FDCWD, path)
BY_PATH(linkat, (int from, const char *old, int at, const char *path, int flags), (from, old, at, path, flags), at, path)
BY_PATH(symlink, (const char *old, const char *path), (old, path), AT_FDCWD, path)
BY_PATH(symlinkat, (const char *old, int at, const char *path), (old, at, path), at, path)
BY_PATH(chmod, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(fchmodat, (int at, const char *path, mode_t mode, int flags), (at, path, mode, flags), at, path)
BY_PATH(chown, (const char *path, uid_t user, gid_t group), (path, user, group), AT_FDCWD, path)
BY_PATH(lchown, (const char *path, uid_t user, gid_t group), (path, user, group), AT_FDCWD, path)
BY_PATH(fchownat, (int at, const char *path, uid_t user, gid_t group, int flags), (at, path, user, group, flags), at, path)
BY_PATH(utimensat, (int at, const char *path, const struct timespec times[2], int flags), (at, path, times, flags), at, path)
BY_PATH(truncate, (const char *path, off_t size), (path, size), AT_FDCWD, path)
BY_PATH(setxattr, (const char *path, const char *name, const void *data, size_t size, int flags),
        (path, name, data, size, flags), AT_FDCWD, path)
BY_PATH(lsetxattr, (const char *path, const char *name, const void *data, size_t size, int flags),
        (path, name, data, size, flags), AT_FDCWD, path)

#define BY_DESCRIPTOR(name, types, pass) \
    int name types { \
        REAL(int, name, types_##name) \
        if (is_open_below(descriptor) && step(0)) \
            return -1; \
        return real pass; \
    }
#define types_fchmod int, mode_t
#define types_fchown int, uid_t, gid_t
#define types_futimens int, const struct timespec *
#define types_ftruncate int, off_t
#define types_ftruncate64 int, off_t
#define types_fsetxattr int, const char *, const void *, size_t, int
BY_DESCRIPTOR(fchmod, (int descriptor, mode_t mode), (descriptor, mode))
BY_DESCRIPTOR(fchown, (int descriptor, uid_t user, gid_t group), (descriptor, user, group))
BY_DESCRIPTOR(futimens, (int descriptor, const struct timespec times[2]), (descriptor, times))
BY_DESCRIPTOR(ftruncate, (int descriptor, off_t size), (descriptor, size))
BY_DESCRIPTOR(ftruncate64, (int descriptor, off_t size), (descriptor, size))
BY_DESCRIPTOR(fsetxattr, (int descriptor, const char *name, const void *data, size_t size, int flags),
              (descriptor, name, data, size, flags))

int fsync(int descriptor) { return is_open_below(descriptor) && step(0) ? -1 : 0; }
int fdatasync(int descriptor) { return fsync(descriptor); }
void sync(void) {
    if (root_length)
        step(0);
}
