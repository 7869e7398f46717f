/* SPDX-License-Identifier: Apache-2.0 */
/* A status is lines "NAME VALUE"; "target" begins the next target. Names that are not known are of
 * a later version, and skipped. */
#include <config.h>

#include "archive/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "archive/textfile.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/scan.h"
#include "io/out.h"
#include "io/sha256.h"

#define DIR	   "status"
#define FIRST_LINE "pyroprof status 1"
#define LOCK	   ".lock"
#define TEXT_MAX   1000 /* bytes of a text: 10,000 targets fit a text file in any case */
#define TRIES	   20	/* to claim what somebody may look at right now */
#define TRY_NS	   50000000

static const char *const states[] = {"waiting", "up", "down"};

/* One line of text, whatever it was. */
static char *line_of(const char *text)
{
	size_t n = strnlen(text, TEXT_MAX);
	struct pp_out out;

	/* not in the middle of a character */
	while (text[n] && n && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	pp_out_init_mem(&out);
	pp_out_safe(&out, (struct pp_str){text, n});
	pp_out_text(&out, text[n] ? "..." : "");
	return out.buf.p ? out.buf.p : pp_xstrdup("");
}

struct pp_status_target *pp_status_add(struct pp_status *s, const char *target, const char *labels,
				       const char *error)
{
	s->item = pp_grow(s->item, &s->cap, s->n + 1, sizeof(*s->item));
	s->item[s->n] = (struct pp_status_target){
		.target = line_of(target), .labels = line_of(labels), .error = line_of(error)};
	return &s->item[s->n++];
}

void pp_status_release(struct pp_status *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->item[i].target);
		free(s->item[i].labels);
		free(s->item[i].error);
	}
	free(s->item);
	free(s->host);
	free(s->source);
	*s = (struct pp_status){.item = NULL};
}

void pp_status_name(char out[PP_STATUS_NAME], const char *host, const char *source)
{
	PP_CLEANUP(pp_freep) char *both = pp_xasprintf("%s\n%s", host, source);
	uint8_t hash[PP_SHA256_SIZE];
	char hex[PP_SHA256_HEX];

	pp_sha256(both, strlen(both), hash);
	pp_sha256_hex(hex, hash);
	memcpy(out, hex, PP_STATUS_NAME - 1);
	out[PP_STATUS_NAME - 1] = '\0';
}

/* ---- who writes it ---- */

static int open_lock(const struct pp_archive *a, const char *name, bool create, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, DIR, create, err);
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s" LOCK, name);
	int flags = (create ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK;

	if (at < 0)
		return -1;
	int fd = openat(at, file, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		return pp_err_sys(err, errno, "cannot open '%s/" DIR "/%s'", a->path, file);
	return fd;
}

/* Nobody has taken it away since it was opened: what is locked then is what others will find. */
static bool is_linked(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

/* 1 if somebody else has it, or has taken it away. */
static int try_claim(const struct pp_archive *a, const char *name, int *fd, struct pp_err *err)
{
	*fd = open_lock(a, name, true, err);
	if (*fd < 0)
		return -1;
	int rc = flock(*fd, LOCK_EX | LOCK_NB);
	if (rc == 0 && is_linked(*fd))
		return 0;
	if (rc < 0 && errno != EWOULDBLOCK && errno != EINTR)
		pp_err_sys(err, errno, "cannot lock '%s/" DIR "/%s" LOCK "'", a->path, name);
	else
		rc = 1;
	pp_place_close(fd);
	return rc;
}

int pp_status_claim(const struct pp_archive *a, const char *name, struct pp_err *err)
{
	int fd, rc = 1;

	for (int i = 0; i < TRIES && rc > 0; i++) {
		if (i)
			nanosleep(&(const struct timespec){.tv_nsec = TRY_NS}, NULL);
		rc = try_claim(a, name, &fd, err);
	}
	if (rc == 0)
		return fd;
	return rc < 0 ? -1 : pp_err_set(err, PP_ERR_IO, "another process does that already");
}

bool pp_status_is_claimed(const struct pp_archive *a, const char *name)
{
	struct pp_err no;
	PP_CLEANUP(pp_place_close) int fd = open_lock(a, name, false, &no);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* ---- writing ---- */

static void add_text(struct pp_buf *out, const char *name, const char *text)
{
	PP_CLEANUP(pp_freep) char *line = line_of(text);

	pp_buf_fmt(out, "%s %s\n", name, line);
}

static void add_target(struct pp_buf *out, const struct pp_status_target *t)
{
	add_text(out, "target", t->target);
	add_text(out, "labels", t->labels);
	add_text(out, "error", t->error);
	pp_buf_fmt(out, "state %s\ngood %lld\nnext %lld\ntook %lld\nentries %llu\n",
		   states[t->state], (long long)t->good, (long long)t->next, (long long)t->took,
		   (unsigned long long)t->entries);
}

int pp_status_write(const struct pp_archive *a, const char *name, const struct pp_status *s,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	add_text(&text, "host", s->host);
	add_text(&text, "source", s->source);
	pp_buf_fmt(&text, "pid %llu\nstarted %lld\nupdated %lld\nperiod %lld\n",
		   (unsigned long long)s->pid, (long long)s->started, (long long)s->updated,
		   (long long)s->period);
	for (size_t i = 0; i < s->n; i++)
		add_target(&text, &s->item[i]);
	return pp_textfile_write(a, DIR, name, FIRST_LINE, pp_buf_view(&text), false, err);
}

/* ---- reading ---- */

struct field {
	const char *name;
	char **text;	 /* one of these */
	int64_t *number; /* not negative */
	uint64_t *count;
	enum pp_status_state *state;
};

static void set_text(char **text, struct pp_str value)
{
	free(*text);
	*text = pp_xasprintf("%.*s", (int)value.n, value.p);
}

static bool set_state(enum pp_status_state *state, struct pp_str value)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(states); i++) {
		if (!pp_str_eq(value, pp_str_of(states[i])))
			continue;
		*state = (enum pp_status_state)i;
		return true;
	}
	return false;
}

static bool set(const struct field *f, struct pp_str value)
{
	int64_t number;

	if (f->text) {
		set_text(f->text, value);
		return true;
	}
	if (f->state)
		return set_state(f->state, value);
	if (!pp_parse_i64(value, &number) || number < 0)
		return false;
	if (f->number)
		*f->number = number;
	else
		*f->count = (uint64_t)number;
	return true;
}

static bool set_named(const struct field *fields, struct pp_str name, struct pp_str value)
{
	for (const struct field *f = fields; f->name; f++) {
		if (pp_str_eq(name, pp_str_of(f->name)))
			return set(f, value);
	}
	return true;
}

static bool read_line(struct pp_status *s, struct pp_str name, struct pp_str value)
{
	struct pp_status_target none = {.target = NULL}, *t = s->n ? &s->item[s->n - 1] : &none;
	const struct field ours[] = {
		{"host", .text = &s->host},
		{"source", .text = &s->source},
		{"pid", .count = &s->pid},
		{"started", .number = &s->started},
		{"updated", .number = &s->updated},
		{"period", .number = &s->period},
		{NULL},
	};
	const struct field targets[] = {
		{"labels", .text = &t->labels},	   {"error", .text = &t->error},
		{"state", .state = &t->state},	   {"good", .number = &t->good},
		{"next", .number = &t->next},	   {"took", .number = &t->took},
		{"entries", .count = &t->entries}, {NULL},
	};

	if (pp_str_eq(name, PP_STR_LIT("target"))) {
		set_text(&pp_status_add(s, "", "", "")->target, value);
		return true;
	}
	return set_named(s->n ? targets : ours, name, value);
}

static bool read_lines(struct pp_status *s, struct pp_str text)
{
	struct pp_str line;

	while (pp_scan_line(&text, &line)) {
		const char *blank = memchr(line.p, ' ', line.n);
		size_t n = blank ? (size_t)(blank - line.p) : 0;

		if (!blank || !read_line(s, (struct pp_str){line.p, n},
					 (struct pp_str){line.p + n + 1, line.n - n - 1}))
			return false;
	}
	return s->host && s->source && s->period > 0;
}

int pp_status_read(const struct pp_archive *a, const char *name, struct pp_status *s,
		   struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	*s = (struct pp_status){.item = NULL};
	if (pp_textfile_read(a, DIR, name, FIRST_LINE, &text, err))
		return -1;
	if (read_lines(s, pp_buf_view(&text)))
		return 0;
	pp_status_release(s);
	return pp_err_set(err, PP_ERR_FORMAT, "'%s/" DIR "/%s' is damaged", a->path, name);
}

/* ---- files ---- */

int pp_status_remove(const struct pp_archive *a, const char *name, struct pp_err *err)
{
	return pp_place_remove(a, DIR, name, err);
}

bool pp_status_is_ours(const char *file, bool *lock)
{
	size_t n = strspn(file, "0123456789abcdef");

	*lock = strcmp(file + n, LOCK) == 0;
	return n == PP_STATUS_NAME - 1 && (*lock || !file[n]);
}

int pp_status_names(const struct pp_archive *a, struct pp_names *names, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names files = {0};

	*names = (struct pp_names){0};
	if (pp_place_names(a, DIR, &files, err))
		return -1;
	for (size_t i = 0; i < files.n; i++) {
		bool lock;

		if (!pp_status_is_ours(files.name[i], &lock) || lock)
			continue;
		names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
		names->name[names->n++] = pp_xstrdup(files.name[i]);
	}
	return 0;
}

/* ---- those of the dead ---- */

/* A lock without a status tells when the first process had it. */
static bool is_older(const struct pp_archive *a, const char *name, int lock, int64_t than,
		     bool *has_status)
{
	struct pp_err err;
	struct pp_status s;
	struct stat st;

	*has_status = true;
	if (pp_status_read(a, name, &s, &err) == 0) {
		bool older = s.updated < than;

		pp_status_release(&s);
		return older;
	}
	if (err.kind != PP_ERR_NOT_FOUND)
		return false; /* damaged: fsck's */
	*has_status = false;
	return fstat(lock, &st) == 0 && st.st_mtim.tv_sec < than / PP_NSEC_PER_SEC;
}

/* The lock is held meanwhile, so that nobody begins to write what is taken away. */
static int sweep_one(const struct pp_archive *a, const char *name, int64_t than, bool dry_run,
		     uint64_t *n, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *lock = pp_xasprintf("%s" LOCK, name);
	PP_CLEANUP(pp_place_close) int fd = open_lock(a, name, !dry_run, err);
	bool has_status;

	if (fd < 0 && !(dry_run && err->kind == PP_ERR_NOT_FOUND))
		return -1;
	if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) < 0 || !is_linked(fd)))
		return 0;
	if (!is_older(a, name, fd, than, &has_status))
		return 0;
	*n += has_status;
	if (dry_run)
		return 0;
	return pp_place_remove(a, DIR, name, err) || pp_place_remove(a, DIR, lock, err) ? -1 : 0;
}

int pp_status_sweep(const struct pp_archive *a, int64_t than, bool dry_run, uint64_t *n,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names files = {0};
	char name[PP_STATUS_NAME] = "";

	*n = 0;
	if (pp_place_names(a, DIR, &files, err))
		return -1;
	for (size_t i = 0; i < files.n; i++) {
		bool lock;

		/* a status and its lock are neighbours */
		if (!pp_status_is_ours(files.name[i], &lock) ||
		    strncmp(name, files.name[i], PP_STATUS_NAME - 1) == 0)
			continue;
		memcpy(name, files.name[i], PP_STATUS_NAME - 1);
		if (sweep_one(a, name, than, dry_run, n, err))
			return -1;
	}
	return 0;
}
