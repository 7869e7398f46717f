/* SPDX-License-Identifier: Apache-2.0 */
/* Jitdumps. */
#include <config.h>

#include "symbol/jitdump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/scan.h"
#include "base/utf8.h"

#define MAGIC	    0x4A695444u
#define MAGIC_OTHER 0x4454694Au
#define HEADER	    40
#define FLAG_TSC    1  /* times are not nanoseconds */
#define PREFIX	    16 /* of each record */
#define MAX_NAME    (64u << 10)
#define MAX_NAMES   (1u << 30)
#define MAX_LINES   (32u << 20)
#define WINDOW	    (256u << 10)
#define ELF_HEADER  64 /* what V8 adds to the addresses of lines */

enum record { LOAD, MOVE, DEBUG_INFO, CLOSE, UNWINDING_INFO };

bool pp_jitdump_is_name(struct pp_str path)
{
	struct pp_str name = pp_str_basename(path);
	uint64_t pid;

	if (!pp_str_starts(name, PP_STR_LIT("jit-")))
		return false;
	name = (struct pp_str){name.p + 4, name.n - 4};
	return pp_scan_number(&name, 10, &pid) && pp_str_eq(name, PP_STR_LIT(".dump"));
}

/* A window on the file. */
struct reader {
	int fd;
	uint8_t *bytes;
	uint64_t at;
	size_t n;
	bool failed; /* not at the end, but by an error */
};

static void end_reader(struct reader *r)
{
	free(r->bytes);
}

/* As many bytes as there are at `at`, up to n <= WINDOW. */
static const uint8_t *look(struct reader *r, uint64_t at, size_t n, size_t *have)
{
	if (at < r->at || at - r->at > r->n || n > r->n - (at - r->at)) {
		r->at = at;
		r->n = 0;
		while (r->n < WINDOW && at <= INT64_MAX - WINDOW) {
			ssize_t got =
				pread(r->fd, r->bytes + r->n, WINDOW - r->n, (off_t)(at + r->n));

			if (got < 0 && errno == EINTR)
				continue;
			r->failed |= got < 0;
			if (got <= 0)
				break;
			r->n += (size_t)got;
		}
	}
	*have = r->n - (size_t)(at - r->at);
	if (*have > n)
		*have = n;
	return r->bytes + (at - r->at);
}

static const uint8_t *need(struct reader *r, uint64_t at, size_t n)
{
	size_t have;
	const uint8_t *p = look(r, at, n, &have);

	return have == n ? p : NULL;
}

struct dump {
	struct reader in;
	struct pp_jitcode *out;
	bool timed;
	/* lines of the record before, which belong to the next code at this address */
	uint64_t lines_of;
	size_t lines_at;
	uint64_t least;	  /* the least distance of a line from its code's beginning */
	struct pp_map at; /* code's address -> the latest entry */
};

static void release(struct dump *d)
{
	end_reader(&d->in);
	pp_map_release(&d->at);
}

/* The string that begins at `at` and ends before `end`; takes it from *at. */
static bool take_string(struct dump *d, uint64_t *at, uint64_t end, struct pp_str *out)
{
	size_t most = end - *at < MAX_NAME ? (size_t)(end - *at) : MAX_NAME, have;
	const uint8_t *p = look(&d->in, *at, most, &have);
	const uint8_t *nul = have ? memchr(p, '\0', have) : NULL;

	if (!nul)
		return false;
	*out = (struct pp_str){(const char *)p, (size_t)(nul - p)};
	*at += out->n + 1;
	return true;
}

static int too_much(struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_LIMIT, "too much code in the jitdump");
}

static bool names_fit(const struct dump *d, struct pp_str name)
{
	return d->out->strings.nbytes <= MAX_NAMES - name.n;
}

static int add_entry(struct dump *d, struct pp_jitcode_entry e, uint64_t size, struct pp_err *err)
{
	if (size == 0 || size > UINT64_MAX - e.start)
		return 0;
	if (d->out->n == PP_JITCODE_MAX)
		return too_much(err);
	e.limit = e.start + size;
	if (!d->timed)
		e.time = 0;
	*pp_map_put(&d->at, e.start, 0) = (uint32_t)d->out->n;
	pp_jitcode_add(d->out, e);
	return 0;
}

/* V8 frees names of files before it writes them, so that there may be anything instead. */
static bool lines_are_within(const struct dump *d, uint64_t start, uint64_t size)
{
	const struct pp_jitline *lines = d->out->lines;

	if (d->lines_at == d->out->nlines)
		return false;
	return lines[d->lines_at].at >= start &&
	       lines[d->out->nlines - 1].at - start <= size + ELF_HEADER;
}

static int read_load(struct dump *d, uint64_t at, uint64_t end, uint64_t time, struct pp_err *err)
{
	struct pp_jitcode_entry e = {.time = time};
	const uint8_t *p = need(&d->in, at, 40);
	struct pp_str name;
	uint64_t size;

	if (!p || end - at < 40)
		return 0;
	e.start = pp_load_le64(p + 16);
	size = pp_load_le64(p + 24);
	at += 40;
	if (!take_string(d, &at, end, &name))
		return 0;
	if (!names_fit(d, name))
		return too_much(err);
	e.name = pp_strtab_add(&d->out->strings, name);
	if (d->lines_of == e.start && lines_are_within(d, e.start, size)) {
		e.line = d->lines_at;
		e.nlines = d->out->nlines - d->lines_at;
		if (d->out->lines[e.line].at - e.start < d->least)
			d->least = d->out->lines[e.line].at - e.start;
	}
	d->lines_of = UINT64_MAX;
	return add_entry(d, e, size, err);
}

/* What was at the old address is at the new one from now on. Nothing says that the old place is
 * empty then, but it is not run any more. */
static int read_move(struct dump *d, uint64_t at, uint64_t end, uint64_t time, struct pp_err *err)
{
	const uint8_t *p = need(&d->in, at, 48);
	struct pp_jitcode_entry e;
	uint64_t from, size;
	uint32_t which;

	if (!p || end - at < 48)
		return 0;
	from = pp_load_le64(p + 16);
	size = pp_load_le64(p + 32);
	which = pp_map_find(&d->at, from);
	if (which == PP_MAP_NONE)
		return 0;
	e = d->out->entries[which];
	e.start = pp_load_le64(p + 24);
	e.time = time;
	/* its lines have the addresses of where it was */
	e.nlines = e.start == from ? e.nlines : 0;
	return add_entry(d, e, size, err);
}

static int by_address(const void *x, const void *y)
{
	const struct pp_jitline *a = x, *b = y;

	return a->at < b->at ? -1 : a->at > b->at;
}

static int read_lines(struct dump *d, uint64_t at, uint64_t end, struct pp_err *err)
{
	const uint8_t *p = need(&d->in, at, 16);
	struct pp_jitcode *c = d->out;
	struct pp_jitline line = {0};
	struct pp_str file;
	uint64_t code, n;

	if (!p || end - at < 16)
		return 0;
	code = pp_load_le64(p);
	n = pp_load_le64(p + 8);
	at += 16;
	d->lines_of = code;
	d->lines_at = c->nlines;
	for (uint64_t i = 0; i < n && end - at > 16; i++) {
		p = need(&d->in, at, 16);
		if (!p)
			break;
		line.at = pp_load_le64(p);
		line.line = pp_load_le32(p + 8);
		at += 16;
		if (!take_string(d, &at, end, &file))
			break;
		if (c->nlines == MAX_LINES || !names_fit(d, file))
			return too_much(err);
		/* "\377" stands for the file of the line before */
		if (!pp_str_eq(file, PP_STR_LIT("\377")))
			line.file = pp_utf8_is_safe(file) ? pp_strtab_add(&c->strings, file) : 0;
		c->lines = pp_grow(c->lines, &c->lines_cap, c->nlines + 1, sizeof(*c->lines));
		c->lines[c->nlines++] = line;
	}
	if (c->nlines - d->lines_at != n)
		c->nlines = d->lines_at;
	if (c->nlines > d->lines_at)
		qsort(c->lines + d->lines_at, c->nlines - d->lines_at, sizeof(*c->lines),
		      by_address);
	return 0;
}

static int read_record(struct dump *d, uint32_t id, uint64_t at, uint64_t end, uint64_t time,
		       struct pp_err *err)
{
	switch (id) {
	case LOAD:
		return read_load(d, at, end, time, err);
	case MOVE:
		return read_move(d, at, end, time, err);
	case DEBUG_INFO:
		return read_lines(d, at, end, err);
	default:
		return 0;
	}
}

static int read_records(struct dump *d, uint64_t at, struct pp_err *err)
{
	const uint8_t *p;

	while ((p = need(&d->in, at, PREFIX)) != NULL) {
		uint32_t id = pp_load_le32(p), size = pp_load_le32(p + 4);

		if (size < PREFIX || id == CLOSE)
			break;
		if (read_record(d, id, at + PREFIX, at + size, pp_load_le64(p + 8), err) < 0)
			return -1;
		at += size;
	}
	return d->in.failed ? pp_err_sys(err, EIO, "cannot read the jitdump") : 0;
}

static int read_header(struct dump *d, uint64_t *end, struct pp_err *err)
{
	const uint8_t *p = need(&d->in, 0, HEADER);
	uint32_t magic = p ? pp_load_le32(p) : 0;

	if (magic == MAGIC_OTHER)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "jitdump of another byte order");
	if (magic != MAGIC)
		return pp_err_set(err, PP_ERR_FORMAT, "not a jitdump");
	if (pp_load_le32(p + 4) != 1)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "jitdump of version %u",
				  pp_load_le32(p + 4));
	*end = pp_load_le32(p + 8);
	if (*end < HEADER)
		return pp_err_set(err, PP_ERR_FORMAT, "not a jitdump");
	d->timed = !(pp_load_le64(p + 32) & FLAG_TSC);
	return 0;
}

int pp_jitdump_read(struct pp_jitcode *c, int fd, struct pp_err *err)
{
	PP_CLEANUP(release)
	struct dump d = {.in.fd = fd, .out = c, .lines_of = UINT64_MAX, .least = UINT64_MAX};
	uint64_t at = 0;

	d.in.bytes = pp_xcalloc(WINDOW, 1);
	if (read_header(&d, &at, err) < 0 || read_records(&d, at, err) < 0)
		return -1;
	/* nobody else's code has no line where it begins, every time */
	for (size_t i = 0; d.least >= ELF_HEADER && d.least != UINT64_MAX && i < c->nlines; i++) {
		if (c->lines[i].at >= ELF_HEADER)
			c->lines[i].at -= ELF_HEADER;
	}
	pp_jitcode_seal(c);
	return 0;
}
