/* SPDX-License-Identifier: Apache-2.0 */
/* Questions per file, sorted; one piece of work for each file that has any. */
#include <config.h>

#include "symbol/symbolizer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "symbol/answers_wire.h"
#include "symbol/debugfiles.h"
#include "symbol/elffile.h"
#include "symbol/workers.h"

#define TIMEOUT	   (60 * PP_NSEC_PER_SEC)
#define MEMORY	   (4ULL << 30)
#define MAX_ANSWER (1ULL << 30)

/* The questions of one time, and what became of them. */
struct round {
	uint64_t *vaddrs; /* sorted and distinct */
	size_t nvaddrs;
	struct pp_named named;
};

struct file {
	char *path, *dir; /* dir: its folder, as it was; NULL: not known */
	int fd, root;
	bool trusted; /* it may say which other files to open */
	const void *image;
	size_t n;
	struct pp_elffile elf;
	bool is_elf;
	uint64_t *vaddrs; /* questions without an answer; sorted and distinct once it is resolved */
	size_t nvaddrs, cap;
	struct pp_debugfile debug, alt, dwp; /* open while they are needed */
	struct round **rounds;		     /* each stays where it is */
	size_t nrounds, rounds_cap;
};

struct pp_symbolizer {
	const struct pp_symbolizer_options *o;
	struct file *files;
	size_t nfiles, cap;
	uint32_t *pieces; /* files with questions */
	size_t npieces, done;
	struct pp_symbolizer_stats stats;
};

struct pp_symbolizer *pp_symbolizer_new(const struct pp_symbolizer_options *o)
{
	struct pp_symbolizer *s = pp_xcalloc(1, sizeof(*s));

	s->o = o;
	return s;
}

static void free_round(struct round *r)
{
	pp_named_release(&r->named);
	free(r->vaddrs);
	free(r);
}

static void release_file(struct file *f)
{
	free(f->path);
	free(f->dir);
	free(f->vaddrs);
	pp_debugfile_release(&f->debug);
	pp_debugfile_release(&f->alt);
	pp_debugfile_release(&f->dwp);
	if (f->is_elf)
		pp_elffile_release(&f->elf);
	for (size_t i = 0; i < f->nrounds; i++)
		free_round(f->rounds[i]);
	free(f->rounds);
}

void pp_symbolizer_free(struct pp_symbolizer *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nfiles; i++)
		release_file(&s->files[i]);
	free(s->files);
	free(s->pieces);
	free(s);
}

void pp_symbolizer_freep(struct pp_symbolizer **s)
{
	pp_symbolizer_free(*s);
	*s = NULL;
}

static struct file *add_file(struct pp_symbolizer *s, const char *path)
{
	s->files = pp_grow(s->files, &s->cap, s->nfiles + 1, sizeof(*s->files));
	struct file *f = &s->files[s->nfiles++];

	*f = (struct file){.path = pp_xstrdup(path),
			   .fd = -1,
			   .root = -1,
			   .debug = {.fd = -1},
			   .alt = {.fd = -1},
			   .dwp = {.fd = -1}};
	return f;
}

/* Whose word is good for opening more files: root's, and the user's own. */
static bool is_ours(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid());
}

uint32_t pp_symbolizer_add_file(struct pp_symbolizer *s, int fd, const char *path, int root)
{
	struct file *f = add_file(s, path);
	struct pp_err ignored;

	f->fd = fd;
	f->root = root;
	f->trusted = root < 0 && is_ours(fd);
	if (path[0] == '/')
		f->dir = pp_xasprintf("%.*s", (int)(strrchr(path, '/') - path) + 1, path);
	f->is_elf = pp_elffile_open(&f->elf, fd, &ignored) == 0;
	return (uint32_t)(s->nfiles - 1);
}

uint32_t pp_symbolizer_add_memory(struct pp_symbolizer *s, const void *image, size_t n,
				  const char *path)
{
	struct file *f = add_file(s, path);
	struct pp_err ignored;

	f->image = image;
	f->n = n;
	f->is_elf = pp_elffile_open_memory(&f->elf, image, n, &ignored) == 0;
	return (uint32_t)(s->nfiles - 1);
}

const char *pp_symbolizer_build_id(const struct pp_symbolizer *s, uint32_t file)
{
	return s->files[file].is_elf ? s->files[file].elf.build_id : "";
}

bool pp_symbolizer_vaddr(const struct pp_symbolizer *s, uint32_t file, uint64_t offset,
			 uint64_t *vaddr)
{
	return s->files[file].is_elf && pp_elffile_vaddr(&s->files[file].elf, offset, vaddr);
}

void pp_symbolizer_ask(struct pp_symbolizer *s, uint32_t file, uint64_t vaddr)
{
	struct file *f = &s->files[file];

	f->vaddrs = pp_grow(f->vaddrs, &f->cap, f->nvaddrs + 1, sizeof(*f->vaddrs));
	f->vaddrs[f->nvaddrs++] = vaddr;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_questions(struct file *f)
{
	size_t kept = 1;

	qsort(f->vaddrs, f->nvaddrs, sizeof(*f->vaddrs), by_value);
	for (size_t i = 1; i < f->nvaddrs; i++) {
		if (f->vaddrs[i] != f->vaddrs[i - 1])
			f->vaddrs[kept++] = f->vaddrs[i];
	}
	f->nvaddrs = kept;
}

/* ---- the pieces of work ---- */

static void find_debug_files(const struct pp_symbolizer *s, struct file *f,
			     struct pp_debuginfod *server)
{
	struct pp_debugfiles where = {s->o->debug_dirs, f->root, server};
	struct pp_debugfile self = {f->fd, f->path, f->root >= 0};
	struct pp_elffile elf;
	struct pp_err ignored;

	if (f->fd < 0)
		return;
	f->debug = pp_debugfiles_find(&where, &f->elf, f->path);
	f->dwp = pp_debugfiles_find_package(&where, f->path);
	if (f->debug.fd < 0) {
		f->alt = pp_debugfiles_find_alt(&where, &f->elf, &self);
		return;
	}
	if (pp_elffile_open(&elf, f->debug.fd, &ignored))
		return;
	f->alt = pp_debugfiles_find_alt(&where, &elf, &f->debug);
	pp_elffile_release(&elf);
}

static struct file *piece_file(const struct pp_symbolizer *s, size_t piece)
{
	return &s->files[s->pieces[piece]];
}

static void close_debug_files(struct file *f)
{
	pp_debugfile_release(&f->debug);
	pp_debugfile_release(&f->alt);
	pp_debugfile_release(&f->dwp);
}

/* Transfers take their time: all are made before any clock of a piece of work runs. */
static void fetch_all(struct pp_symbolizer *s)
{
	for (size_t i = 0; s->o->server && i < s->npieces; i++) {
		find_debug_files(s, piece_file(s, i), s->o->server);
		close_debug_files(piece_file(s, i));
	}
}

/* A look-up in the cache of what was fetched. */
static void begin(void *arg, size_t piece)
{
	struct pp_symbolizer *s = arg;
	struct pp_debuginfod cache = {.cache = s->o->server ? s->o->server->cache : NULL};

	find_debug_files(s, piece_file(s, piece), cache.cache ? &cache : NULL);
	s->stats.separate += piece_file(s, piece)->debug.fd >= 0;
}

static size_t keep(void *arg, size_t piece, int fds[PP_WORKERS_FDS], bool *opens)
{
	const struct file *f = piece_file(arg, piece);

	fds[0] = f->fd;
	fds[1] = f->debug.fd;
	fds[2] = f->alt.fd;
	fds[3] = f->dwp.fd;
	*opens = f->trusted;
	return 4;
}

static struct pp_sources sources_of(const struct pp_symbolizer *s, const struct file *f)
{
	return (struct pp_sources){
		.fd = f->fd,
		.image = f->image,
		.n = f->n,
		.debug_fd = f->debug.fd,
		.alt_fd = f->alt.fd,
		.dwp_fd = f->dwp.fd,
		.split_dir = f->trusted ? f->dir : NULL,
		.name = pp_str_basename(pp_str_of(f->path)).p,
		.inlines = !s->o->no_inlines,
		.lines = !s->o->no_lines,
	};
}

static void work(void *arg, size_t piece, struct pp_buf *out)
{
	const struct file *f = piece_file(arg, piece);
	struct pp_sources sources = sources_of(arg, f);
	struct pp_named named;

	pp_sources_resolve(&sources, f->vaddrs, f->nvaddrs, &named);
	pp_answers_encode(&named, out);
	pp_named_release(&named);
}

/* The questions that are answered now become a round, whose answer is still to be filled in. */
static struct round *begin_round(struct file *f)
{
	struct round *r = pp_xcalloc(1, sizeof(*r));

	f->rounds = pp_grow(f->rounds, &f->rounds_cap, f->nrounds + 1, sizeof(struct round *));
	f->rounds[f->nrounds++] = r;
	r->vaddrs = f->vaddrs;
	r->nvaddrs = f->nvaddrs;
	f->vaddrs = NULL;
	f->nvaddrs = f->cap = 0;
	return r;
}

static void done(void *arg, size_t piece, const struct pp_buf *answer)
{
	struct pp_symbolizer *s = arg;
	struct file *f = piece_file(s, piece);
	struct pp_sources sources = sources_of(s, f);
	struct round *r = begin_round(f);
	struct pp_err ignored;

	if (!answer || pp_answers_decode(&r->named, r->nvaddrs, (const uint8_t *)answer->p,
					 answer->n, &ignored)) {
		s->stats.failed++;
		sources.careful = true;
		pp_sources_resolve(&sources, r->vaddrs, r->nvaddrs, &r->named);
	}
	close_debug_files(f);
	s->done++;
	if (s->o->progress)
		s->o->progress(s->o->progress_arg, s->done, s->npieces);
}

static bool stopped(void *arg)
{
	struct pp_symbolizer *s = arg;

	s->stats.stopped = s->stats.stopped || (s->o->stopped && s->o->stopped(s->o->stopped_arg));
	return s->stats.stopped;
}

/* The largest first, so that the processors have something to do to the end. */
static int by_size(const void *a, const void *b, void *context)
{
	const struct file *files = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (files[x].elf.n != files[y].elf.n)
		return files[x].elf.n > files[y].elf.n ? -1 : 1;
	return x < y ? -1 : x > y;
}

void pp_symbolizer_resolve(struct pp_symbolizer *s)
{
	struct pp_workers w = {
		.limit = s->o->jobs,
		.timeout_ns = s->o->timeout_ns ? s->o->timeout_ns : TIMEOUT,
		.memory = MEMORY,
		.max_answer = MAX_ANSWER,
		.arg = s,
		.begin = begin,
		.keep = keep,
		.work = work,
		.done = done,
		.stopped = stopped,
	};

	free(s->pieces);
	s->pieces = pp_xcalloc(s->nfiles, sizeof(*s->pieces));
	s->npieces = s->done = 0;
	for (uint32_t i = 0; i < s->nfiles; i++) {
		if (s->files[i].is_elf && s->files[i].nvaddrs)
			s->pieces[s->npieces++] = i;
	}
	s->stats.files += s->npieces;
	qsort_r(s->pieces, s->npieces, sizeof(*s->pieces), by_size, s->files);
	for (size_t i = 0; i < s->npieces; i++)
		sort_questions(piece_file(s, i));
	fetch_all(s);
	pp_workers_run(&w, s->npieces);
}

/* ---- answers ---- */

/* Whether the address is of that round; its answer, or none, in *answer. */
static bool get(const struct round *r, uint64_t vaddr, struct pp_symbolizer_answer *answer)
{
	const struct pp_answers *a = &r->named.answers;
	const uint64_t *found =
		bsearch(&vaddr, r->vaddrs, r->nvaddrs, sizeof(*r->vaddrs), by_value);

	if (!found)
		return false;
	size_t i = (size_t)(found - r->vaddrs);
	if (r->named.source[i] == PP_SOURCE_NONE)
		return true;
	*answer = (struct pp_symbolizer_answer){
		.source = (enum pp_source)r->named.source[i],
		.frames = a->frames + a->first[i],
		.n = a->first[i + 1] - a->first[i],
		.strings = &a->strings,
	};
	return true;
}

struct pp_symbolizer_answer pp_symbolizer_get(const struct pp_symbolizer *s, uint32_t file,
					      uint64_t vaddr)
{
	struct pp_symbolizer_answer answer = {.source = PP_SOURCE_NONE};
	const struct file *f = &s->files[file];

	for (size_t i = f->nrounds; i--;) {
		if (get(f->rounds[i], vaddr, &answer))
			break;
	}
	return answer;
}

static void cover(struct pp_symbolizer_coverage *c, const struct round *r)
{
	const struct pp_answers *a = &r->named.answers;

	for (size_t i = 0; i < r->nvaddrs; i++) {
		c->functions |= r->named.source[i] > PP_SOURCE_FDE;
		c->inlines |= r->named.source[i] == PP_SOURCE_DWARF;
	}
	for (size_t i = 0; i < a->nframes; i++) {
		c->files |= a->frames[i].file != 0;
		c->lines |= a->frames[i].line != 0;
	}
}

struct pp_symbolizer_coverage pp_symbolizer_coverage(const struct pp_symbolizer *s, uint32_t file)
{
	const struct file *f = &s->files[file];
	struct pp_symbolizer_coverage c = {0};

	for (size_t i = 0; i < f->nrounds; i++)
		cover(&c, f->rounds[i]);
	c.inlines &= !s->o->no_inlines;
	return c;
}

struct pp_symbolizer_stats pp_symbolizer_stats(const struct pp_symbolizer *s)
{
	return s->stats;
}
