/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From an address to the row that holds there, through what user space has put into maps: the
 * process's regions, each one's pages, and each page's rows. What has been found is remembered,
 * since samples repeat the same calls all the time.
 */
#ifndef PP_ROWS_BPF_H
#define PP_ROWS_BPF_H

/* What a search reaches, powers of two. */
#define REGIONS_OF_PROC 4096
#define ROWS_OF_PAGE	PP_BPF_PAGE_BYTES /* a row for each byte */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PP_BPF_REGIONS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct pp_bpf_region);
} regions SEC(".maps");

struct shard {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PP_BPF_SHARD_CELLS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, PP_BPF_SHARDS_MAX);
	__type(key, __u32);
	__array(values, struct shard);
} shards SEC(".maps");

/* What was found for a frame: the word that is sent for it, in those mappings. */
struct known_row {
	__u64 frame;
	__u32 mappings; /* their number */
	__u32 rule;	/* a pp_unwind_row without `pc` */
};
#define KNOWN_BITS 11

struct known_rows {
	struct known_row rows[1 << KNOWN_BITS];
};

/* One per CPU, so that nobody else writes while a walk reads. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by the loader */
	__type(key, __u32);
	__type(value, struct known_rows);
} known SEC(".maps");

static __always_inline void *shard_of(__u32 cell)
{
	__u32 at = cell >> PP_BPF_SHARD_BITS;

	return bpf_map_lookup_elem(&shards, &at);
}

static __always_inline __u64 *cell_in(void *shard, __u32 cell)
{
	__u32 at = cell & (PP_BPF_SHARD_CELLS - 1);

	return bpf_map_lookup_elem(shard, &at);
}

/*
 * Both searches below look for the last of n elements that is not above a key, by steps of falling
 * size. They choose without branches, since the verifier would follow each combination of branches
 * on its own: all ones for yes, 0 for no.
 */
static __always_inline __u64 not_above(__u64 a, __u64 b)
{
	__s64 sign = (__s64)(b - a); /* both below 2^63 */

	asm volatile("%0 s>>= 63" : "+r"(sign)); /* as C, the compiler would make a branch of it */
	return ~(__u64)sign;
}

/* The region around `address`, of n from `at` on. */
static __always_inline struct pp_bpf_region *find_region(__u32 at, __u32 n, __u64 address)
{
	__u32 found = 0;

	for (__u32 step = REGIONS_OF_PROC / 2; step; step /= 2) {
		if (step >= n)
			continue;
		__u32 next = at + found + step;
		struct pp_bpf_region *r = bpf_map_lookup_elem(&regions, &next);

		if (!r)
			return 0;
		found += step & not_above(r->start, address) & not_above(found + step, n - 1);
	}
	at += found;

	struct pp_bpf_region *r = bpf_map_lookup_elem(&regions, &at);
	return r && n && address >= r->start && address < r->limit ? r : 0;
}

/* The row that holds at `relative`, from the base of a table of `npages` cells from `pages` on; as
 * a cell, PP_CFA_NONE if there is none. */
__noinline __u64 find_row(__u32 pages, __u32 npages, __u64 relative)
{
	union {
		__u64 cell;
		struct pp_bpf_page page;
	} c;
	const __u64 none = 0;
	__u64 page = relative >> PP_BPF_PAGE_BITS;
	__u64 *cell;
	void *shard;

	if (page >= npages)
		return none;
	shard = shard_of(pages + page);
	if (!shard)
		return none;
	cell = cell_in(shard, pages + page);
	if (!cell)
		return none;
	c.cell = *cell;

	__u32 first = c.page.rows, n = c.page.nrows;
	__u64 found = 0;
	shard = shard_of(first);
	if (!shard || !n)
		return none;
	relative = (__u32)relative;
	for (__u32 step = ROWS_OF_PAGE / 2; step; step /= 2) {
		if (step >= n)
			continue;
		cell = cell_in(shard, first + found + step);
		if (!cell)
			return none;
		found += step & not_above((__u32)*cell, relative) & not_above(found + step, n - 1);
	}
	cell = cell_in(shard, first + found);
	return cell ? *cell : none;
}

/* What a row says, without where it begins: all zeroes for PP_CFA_NONE. */
static __always_inline __u32 rule_of_row(__u64 cell)
{
	return cell >> 32;
}

static __always_inline struct pp_unwind_row row_of_rule(__u32 rule)
{
	union {
		__u64 cell;
		struct pp_unwind_row row;
	} c = {.cell = (__u64)rule << 32};

	return c.row;
}

/* What a search ends with: an enum pp_unwind_end above the rule, which counts if that is
 * PP_UNWIND_MORE. */
static __always_inline __u64 search_result(__u32 end, __u32 rule)
{
	return (__u64)end << 32 | rule;
}

/* The rule for a frame. No table, and nothing in it for this code, are PP_CFA_NONE alike. */
__noinline __u64 search_rule(__u64 word, __u64 frame)
{
	union pp_bpf_mappings mappings = {.word = word};
	__u64 exact = frame >> 63, address = (frame & ~PP_BPF_EXACT) - !exact;
	struct pp_bpf_region *r = find_region(mappings.first, mappings.n, address);

	if (!r)
		return search_result(PP_UNWIND_NO_CODE, 0);

	__u32 pages = r->pages, npages = r->npages;
	__u64 bias = r->bias, start = r->start;
	if (npages == PP_BPF_TABLE_PENDING)
		return search_result(PP_UNWIND_NO_TABLE, 0);
	if (npages == PP_BPF_NO_TABLE)
		return search_result(PP_UNWIND_MORE, 0);

	__u32 rule = rule_of_row(find_row(pages, npages, address - bias));
	if (!rule && exact && address > start) {
		rule = rule_of_row(find_row(pages, npages, address - 1 - bias));
		if (!pp_unwind_row_ends_here(row_of_rule(rule)))
			rule = 0;
	}
	return search_result(PP_UNWIND_MORE, rule);
}

/*
 * The same as search_rule, if need be. What was found stays true as long as the mappings have their
 * number: user space gives another one for whatever it changes, and uses nothing again before.
 */
static __always_inline __u64 find_rule(struct known_rows *known, union pp_bpf_mappings mappings,
				       __u64 frame)
{
	__u32 number = mappings.number;
	__u64 hash = (frame ^ (__u64)number << 32) * 0x9e3779b97f4a7c15;
	struct known_row *row = &known->rows[hash >> (64 - KNOWN_BITS)];
	__u64 found;

	if (row->frame == frame && row->mappings == number)
		return search_result(PP_UNWIND_MORE, row->rule);
	found = search_rule(mappings.word, frame);
	if (found >> 32 == PP_UNWIND_MORE && number) {
		row->frame = frame;
		row->mappings = number;
		row->rule = found;
	}
	return found;
}

#endif
