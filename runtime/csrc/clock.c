/* The clock: the processor's counter where it is invariant and the kernel trusts it, else the monotonic clock. */
#include "write.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(HAVE_TSC)
#include <cpuid.h>
#endif

static uint64_t system_ns(clockid_t id)
{
    struct timespec now = {0};
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(HAVE_TSC)
/* The kernel watches the counter and gives it up when processors disagree; its choice says whether it may be used. */
static bool kernel_trusts_tsc(void)
{
    static const char *const trusted[] = {"tsc\n", "kvm-clock\n", "hyperv_clocksource_tsc_page\n"};
    char name[64] = "";
    int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, name, sizeof name - 1);
    close(fd);
    for (size_t i = 0; size > 0 && i < sizeof trusted / sizeof *trusted; i++)
        if (strcmp(name, trusted[i]) == 0)
            return true;
    return false;
}

static bool tsc_is_invariant(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d >> 8 & 1);
}
#endif

static int choose_clock(void)
{
    const char *forced = getenv("SPANWRIGHT_CLOCK");
    if (forced != NULL && strcmp(forced, "fake") == 0)
        return CLOCK_FAKE;
    if (forced != NULL && strcmp(forced, "monotonic") == 0)
        return CLOCK_MONO;
#if defined(HAVE_TSC)
    if ((forced != NULL && strcmp(forced, "tsc") == 0) || (tsc_is_invariant() && kernel_trusts_tsc()))
        return CLOCK_TSC;
#endif
    return CLOCK_MONO;
}

void clock_setup(core_t *core)
{
    core->clock = choose_clock();
    core->fake = 1000;
    moment_t now = clock_moment(core);
    core->ticks0 = now.ticks;
    core->mono0 = now.mono;
    core->unix0 = now.unix_ns;
}

uint64_t clock_slow(core_t *core)
{
    if (core->clock == CLOCK_FAKE) {
        uint64_t now = core->fake;
        core->fake += FAKE_STEP;
        return now;
    }
    return system_ns(CLOCK_MONOTONIC);
}

/* One moment on all clocks. A preemption between two readings would skew them, so the closest of a few tries counts. */
moment_t clock_moment(core_t *core)
{
    moment_t best = {0};
    uint64_t narrowest = UINT64_MAX;
    if (core->clock == CLOCK_FAKE) {
        uint64_t ticks = clock_slow(core);
        return (moment_t){ticks, 1000000u + ticks, 1700000000000000000u + ticks};
    }
    for (int i = 0; i < 4; i++) {
        uint64_t before = clock_ticks(core);
        uint64_t mono = system_ns(CLOCK_MONOTONIC);
        uint64_t after = clock_ticks(core);
        uint64_t unix_ns = system_ns(CLOCK_REALTIME);
        uint64_t later = system_ns(CLOCK_MONOTONIC);
        if (later - mono < narrowest) {
            narrowest = later - mono;
            best.ticks = core->clock == CLOCK_MONO ? mono : before + (after - before) / 2;
            best.mono = mono;
            best.unix_ns = unix_ns - (later - mono) / 2;
        }
    }
    return best;
}
