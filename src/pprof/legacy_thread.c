/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "--- threadz 1 ---", then for each thread "--- Thread 7f794ab90940 (name: main/14748) stack: ---"
 * and lines with addresses in them. A thread without addresses is like the one before.
 */
#include <config.h>

#include "pprof/legacy_maps.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"
#include "pprof/legacy_text.h"

static bool is_header(struct pp_str line)
{
	struct pp_str digits;

	while (pp_text_find(&line, PP_STR_LIT("--- threadz "))) {
		struct pp_str rest = line;

		if (pp_text_take_digits(&rest, 10, &digits) &&
		    pp_str_starts(rest, PP_STR_LIT(" ---")))
			return true;
	}
	return false;
}

/* Does a name end with "/14748", ahead of s? The name begins at `begin`. */
static bool ends_in_number(const char *begin, struct pp_str s)
{
	const char *p = s.p;

	while (p > begin && p[-1] >= '0' && p[-1] <= '9')
		p--;
	return p < s.p && p > begin && p[-1] == '/';
}

static bool is_thread(struct pp_str line)
{
	static const struct pp_str end = PP_STR_LIT(") stack: ---");
	struct pp_str digits;
	bool named = false;

	while (!named && pp_text_find(&line, PP_STR_LIT("--- Thread "))) {
		struct pp_str rest = line;

		named = pp_text_take_digits(&rest, 16, &digits) &&
			pp_text_take(&rest, PP_STR_LIT(" (name: "));
		if (named)
			line = rest;
	}
	const char *begin = line.p;
	while (named && pp_text_find(&line, end)) {
		if (ends_in_number(begin, (struct pp_str){line.p - end.n, 0}))
			return true;
	}
	return false;
}

/* The addresses in the lines up to one that begins with "---", which becomes the current one. */
static int read_addresses(struct pp_lines *l, struct pp_buf *addresses, bool *same,
			  struct pp_err *err)
{
	*same = false;
	while (pp_lines_next(l)) {
		struct pp_str line = pp_text_trim(l->line), rest = line;
		uint64_t address;
		int rc;

		if (pp_str_starts(line, PP_STR_LIT("---")))
			break;
		if (pp_text_find(&line, PP_STR_LIT("same as previous thread"))) {
			*same = true;
			continue;
		}
		while ((rc = pp_text_next_address(&rest, &address)) == 1)
			pp_buf_add(addresses, &address, sizeof(address));
		if (rc < 0)
			return pp_lines_fail(l, err, "address out of range in");
	}
	return 0;
}

/* Threads with one stack, which is kept back until it is known how many there are. */
struct threads {
	struct pp_legacy_stack last;
	int64_t count;
};

static void release(struct threads *t)
{
	pp_legacy_stack_release(&t->last);
}

static int add_last(struct threads *t, struct pp_err *err)
{
	if (t->count == 0)
		return 0;
	pp_legacy_drop_double_leaf(&t->last);
	return pp_legacy_sample(&t->last, &t->count, NULL, err);
}

static void push_addresses(struct pp_legacy_stack *stack, const struct pp_buf *addresses)
{
	const uint64_t *p = (const uint64_t *)(const void *)addresses->p;

	/* the leaf is where the thread is, not where it will return to */
	for (size_t i = 0; i < addresses->n / sizeof(*p); i++)
		pp_legacy_push(stack, p[i] - (i > 0));
}

static int read_thread(struct threads *t, struct pp_lines *l, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf addresses = PP_BUF_INIT;
	bool same;

	if (!is_thread(l->line))
		return pp_lines_fail(l, err, "not the beginning of a thread:");
	if (read_addresses(l, &addresses, &same, err))
		return -1;
	if (same || addresses.n == 0) {
		t->count += t->count > 0;
		return 0;
	}
	if (add_last(t, err))
		return -1;
	push_addresses(&t->last, &addresses);
	t->count = 1;
	return 0;
}

static int read_threads(struct pp_builder *b, struct pp_lines *l, struct pp_err *err)
{
	PP_CLEANUP(release) struct threads t = {.last.b = b};

	while (!pp_text_is_map_start(l->line) &&
	       !pp_str_starts(pp_text_trim(l->line), PP_STR_LIT("---- no stack trace for"))) {
		if (l->line.n == 0 && l->rest.n == 0)
			return pp_err_set(err, PP_ERR_FORMAT,
					  "line %llu: ends without a memory map",
					  (unsigned long long)l->number);
		if (read_thread(&t, l, err))
			return -1;
	}
	return add_last(&t, err);
}

int pp_legacy_thread(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	struct pp_lines l = pp_lines_of(file);

	if (!pp_lines_skip_comments(&l))
		return PP_LEGACY_OTHER;
	if (is_header(l.line)) {
		while (pp_lines_next(&l) && !pp_text_is_map_start(l.line) &&
		       !pp_str_starts(l.line, PP_STR_LIT("-")))
			;
	} else if (!is_thread(l.line)) {
		return PP_LEGACY_OTHER;
	}
	pp_builder_sample_type(b, "thread", "count");
	pp_legacy_period(b, "thread", "count", 1);
	pp_legacy_drop_frames(b, PP_LEGACY_DROP_SAMPLER);
	if (read_threads(b, &l, err))
		return PP_LEGACY_FAILED;
	return pp_legacy_maps_section(b, &l, err);
}
