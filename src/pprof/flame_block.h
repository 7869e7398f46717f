/* SPDX-License-Identifier: Apache-2.0 */
/* A flame graph's block that is being read; internal to pprof/flame*.c. */
#ifndef PP_PPROF_FLAME_BLOCK_H
#define PP_PPROF_FLAME_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/builder.h"
#include "profile/wire.h"

/* The contents of a section, from the front; name is for messages. */
struct pp_section {
	const char *name;
	const uint8_t *p, *end, *begin;
};

/* A column of values: selfs, or `factor` times those of the column `of`, which has selfs. */
struct pp_block_column {
	uint32_t of;
	int64_t factor;
	int64_t *self; /* [nodes]; NULL if there is a factor */
};

struct pp_block_func {
	uint32_t name, file, object; /* texts */
	int64_t line;
	uint32_t kind;
};

struct pp_block {
	/* where sections are; begin is NULL if there is none */
	struct pp_section meta, strs, func, shap, fnid, labl, lrow;
	struct pp_section *selfs;
	uint32_t nselfs;
	size_t selfs_cap;

	/* of META; what is not here goes into the builder at once */
	uint32_t nodes, nfuncs, ntypes, nsides;

	uint32_t *strings; /* per text, its number in the builder */
	uint32_t nstrings;
	struct pp_block_func *funcs;
	uint32_t *parent, *node_func;
	bool *inlined;
	struct pp_block_column *columns; /* of all sides */

	uint32_t *set_begin; /* per set of labels, where it begins in labels; [nsets]: the end */
	uint32_t nsets;
	struct pp_builder_label *labels;
	size_t nlabels, labels_cap;
};

/* "damaged SECTION at byte N: ...". */
int pp_section_fail(const struct pp_section *s, struct pp_err *err, const char *what);

/* The next number: any, below a limit, or signed. */
int pp_section_number(struct pp_section *s, uint64_t *v, struct pp_err *err) PP_NODISCARD;
int pp_section_below(struct pp_section *s, uint64_t limit, uint32_t *v,
		     struct pp_err *err) PP_NODISCARD;
int pp_section_signed(struct pp_section *s, int64_t *v, struct pp_err *err) PP_NODISCARD;

/* A count of things that take at least `least` bytes each, so that as many can be there. */
int pp_section_count(struct pp_section *s, size_t least, uint32_t *n,
		     struct pp_err *err) PP_NODISCARD;

/* That nothing is left. */
int pp_section_end(const struct pp_section *s, struct pp_err *err) PP_NODISCARD;

/* META: header and sample types to the builder. */
int pp_block_meta(struct pp_block *b, struct pp_builder *to, struct pp_err *err) PP_NODISCARD;

/* The tree's sections and the sets of labels. */
int pp_block_tables(struct pp_block *b, struct pp_builder *to, struct pp_err *err) PP_NODISCARD;

/* Samples, of at most `limit` bytes with their locations. */
int pp_block_samples(const struct pp_block *b, struct pp_builder *to, uint64_t limit,
		     struct pp_err *err) PP_NODISCARD;

/* The value of a node in a column; -1 if it does not fit 64 bits (no message). */
static inline int pp_block_value(const struct pp_block *b, uint32_t column, uint32_t node,
				 int64_t *value)
{
	const struct pp_block_column *c = &b->columns[column];

	if (c->self) {
		*value = c->self[node];
		return 0;
	}
	return __builtin_mul_overflow(b->columns[c->of].self[node], c->factor, value) ? -1 : 0;
}

#endif
