/* SPDX-License-Identifier: Apache-2.0 */
/* Files with DWARF: answers have the shape that they promise, are the same every time, and those
 * without inlined functions are the outermost frames of those with. */
#include <config.h>

#include "symbol/dwarf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ADDRESSES 64
#define STEP	  5
#define FIRST	  0x1000 /* where the code of the seeds begins */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static int file_of(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("dwarf", MFD_CLOEXEC);

	require(fd >= 0);
	require(write(fd, bytes, n) == (ssize_t)n);
	return fd;
}

static void check_shape(const struct pp_answers *a, size_t n, bool inlines)
{
	require(a->n == n && a->first[0] == 0 && a->first[n] == a->nframes);
	for (size_t i = 0; i < n; i++) {
		require(a->first[i] <= a->first[i + 1]);
		require(inlines || a->first[i + 1] - a->first[i] <= 1);
	}
	for (size_t i = 0; i < a->nframes; i++) {
		const struct pp_answer_frame *f = &a->frames[i];

		require(f->system_name < a->strings.count && f->name < a->strings.count &&
			f->file < a->strings.count);
		require(!f->system_name || !f->name);
	}
}

static struct pp_str text(const struct pp_answers *a, uint32_t id)
{
	return pp_strtab_get(&a->strings, id);
}

static bool same_frame(const struct pp_answers *a, uint32_t i, const struct pp_answers *b,
		       uint32_t j)
{
	const struct pp_answer_frame *f = &a->frames[i], *g = &b->frames[j];

	return pp_str_eq(text(a, f->system_name), text(b, g->system_name)) &&
	       pp_str_eq(text(a, f->name), text(b, g->name)) &&
	       pp_str_eq(text(a, f->file), text(b, g->file)) && f->line == g->line &&
	       f->start_line == g->start_line;
}

static void check_same(const struct pp_answers *all, const struct pp_answers *outer)
{
	for (size_t i = 0; i < all->n; i++) {
		bool any = all->first[i + 1] > all->first[i];

		require(any == (outer->first[i + 1] > outer->first[i]));
		require(!any || same_frame(all, all->first[i + 1] - 1, outer, outer->first[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* the input is its own alternate file and package, too */
	int fd = file_of(bytes, n);
	struct pp_dwarf_options o = {.inlines = true, .lines = true, .alt_fd = fd, .dwp_fd = fd};
	struct pp_answers all, outer;
	struct pp_dwarf_facts facts;
	uint64_t vaddrs[ADDRESSES];
	struct pp_err err;

	for (unsigned i = 0; i < ADDRESSES; i++)
		vaddrs[i] = FIRST + STEP * i;
	if (pp_dwarf_inspect(fd, &facts, &err) == 0)
		pp_dwarf_facts_release(&facts);

	int rc = pp_dwarf_resolve(fd, &o, vaddrs, ADDRESSES, &all, &err);
	if (rc < 0)
		require(err.kind == PP_ERR_FORMAT || err.kind == PP_ERR_LIMIT);
	o.inlines = false;
	rc |= pp_dwarf_resolve(fd, &o, vaddrs, ADDRESSES, &outer, &err);
	if (rc == 0) {
		check_shape(&all, ADDRESSES, true);
		check_shape(&outer, ADDRESSES, false);
		check_same(&all, &outer);
	}
	pp_answers_release(&all);
	pp_answers_release(&outer);
	close(fd);
	return 0;
}
