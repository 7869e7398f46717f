/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into pyroprof: lets the nth call of a kind fail. In the environment: FAIL_CALL is
 * alloc, or the name of a system call below; FAIL_AT is n, from 1; FAIL_ONCE, if set, lets later
 * calls succeed again; FAIL_REPORT is a file that is made when a call has failed.
 */
#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t n);

static const char *kind = "";
static const char *report;
static long at;
static bool once;
static atomic_long calls;

static void *real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (!p)
		abort();
	return p;
}

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("FAIL_AT");

	report = getenv("FAIL_REPORT");
	once = getenv("FAIL_ONCE") != NULL;
	at = n ? strtol(n, NULL, 10) : 0; /* pp-allow: written by our test */
	if (getenv("FAIL_CALL"))
		kind = getenv("FAIL_CALL");
	atomic_store(&calls, 0);
}

static bool fails(const char *call, int error)
{
	if (at == 0 || strcmp(kind, call) != 0)
		return false;
	long n = atomic_fetch_add(&calls, 1) + 1;
	if (n < at || (once && n > at))
		return false;
	if (n == at && report) {
		int (*real_open)(const char *, int, ...) =
			(int (*)(const char *, int, ...))real("open");
		int (*real_close)(int) = (int (*)(int))real("close");

		real_close(real_open(report, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	}
	errno = error;
	return true;
}

void *malloc(size_t n)
{
	return fails("alloc", ENOMEM) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails("alloc", ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t n)
{
	return fails("alloc", ENOMEM) ? NULL : __libc_realloc(old, n);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	if (size && n > (size_t)-1 / size)
		return NULL;
	return realloc(old, n * size);
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))real("open");
	va_list ap;

	va_start(ap, flags);
	int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	return fails("open", EMFILE) ? -1 : next(path, flags, mode);
}

ssize_t read(int fd, void *to, size_t n)
{
	ssize_t (*next)(int, void *, size_t) = (ssize_t(*)(int, void *, size_t))real("read");

	return fails("read", EIO) ? -1 : next(fd, to, n);
}

/* Messages can be written: they are looked at. */
ssize_t write(int fd, const void *from, size_t n)
{
	ssize_t (*next)(int, const void *, size_t) =
		(ssize_t(*)(int, const void *, size_t))real("write");

	return fd != STDERR_FILENO && fails("write", ENOSPC) ? -1 : next(fd, from, n);
}

void *mmap(void *where, size_t n, int prot, int flags, int fd, off_t from)
{
	void *(*next)(void *, size_t, int, int, int, off_t) =
		(void *(*)(void *, size_t, int, int, int, off_t))real("mmap");

	return fails("mmap", ENOMEM) ? MAP_FAILED : next(where, n, prot, flags, fd, from);
}

int fstat(int fd, struct stat *st)
{
	int (*next)(int, struct stat *) = (int (*)(int, struct stat *))real("fstat");

	return fails("fstat", EIO) ? -1 : next(fd, st);
}

int fsync(int fd)
{
	int (*next)(int) = (int (*)(int))real("fsync");

	return fails("fsync", EIO) ? -1 : next(fd);
}

int close(int fd)
{
	int (*next)(int) = (int (*)(int))real("close");
	int rc = next(fd);

	return fails("close", EIO) ? -1 : rc;
}

int rename(const char *from, const char *to)
{
	int (*next)(const char *, const char *) =
		(int (*)(const char *, const char *))real("rename");

	return fails("rename", EXDEV) ? -1 : next(from, to);
}
