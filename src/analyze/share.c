/* SPDX-License-Identifier: Apache-2.0 */
/* Names become bits per location; the loop over samples only joins these. */
#include <config.h>

#include "analyze/share.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/frames.h"
#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/filter.h"
#include "profile/samples.h"

/* Names that are kept from profile to profile; those of a hostile archive may all differ. */
#define NODES_KEPT (1u << 20)

int pp_shares_init(struct pp_shares *s, const char *const *patterns, uint32_t n, struct pp_err *err)
{
	*s = (struct pp_shares){0};
	pp_nodes_init(&s->nodes);
	if (n > PP_SHARES_MAX)
		return pp_err_set(err, PP_ERR_USAGE, "more than %d expressions", PP_SHARES_MAX);
	for (uint32_t i = 0; i < n; i++) {
		s->regex[i] = pp_regex_new(pp_str_of(patterns[i]), false, err);
		if (!s->regex[i])
			return -1;
		s->n++;
	}
	return 0;
}

void pp_shares_release(struct pp_shares *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		pp_regex_free(s->regex[i]);
	pp_nodes_release(&s->nodes);
	free(s->matches);
	*s = (struct pp_shares){0};
}

bool pp_shares_gave_up(const struct pp_shares *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (pp_regex_gave_up(s->regex[i]))
			return true;
	}
	return false;
}

static void forget(struct pp_shares *s)
{
	pp_nodes_release(&s->nodes);
	pp_nodes_init(&s->nodes);
	s->known = 0;
}

/* Try the names that are new. */
static void match_nodes(struct pp_shares *s)
{
	s->matches = pp_grow(s->matches, &s->cap, s->nodes.count, sizeof(*s->matches));
	for (; s->known < s->nodes.count; s->known++) {
		struct pp_str name = pp_nodes_name(&s->nodes, s->known);
		uint64_t bits = 0;

		for (uint32_t i = 0; i < s->n; i++) {
			if (pp_regex_match(s->regex[i], name))
				bits |= (uint64_t)1 << i;
		}
		s->matches[s->known] = bits;
		s->matched |= bits;
	}
}

/* Per location. */
struct bits {
	uint64_t leaf, any; /* of its innermost frame; of any */
};

static struct bits *match_locations(const struct pp_shares *s, const struct pp_frames *frames,
				    uint32_t n)
{
	struct bits *bits = pp_xcalloc(n, sizeof(*bits));

	for (uint32_t i = 0; i < n; i++) {
		uint32_t nnodes;
		const uint32_t *nodes = pp_frames_of(frames, i, &nnodes);

		bits[i].leaf = s->matches[nodes[0]];
		for (uint32_t k = 0; k < nnodes; k++)
			bits[i].any |= s->matches[nodes[k]];
	}
	return bits;
}

static void count(const struct bits *bits, const struct pp_sample *sample, int64_t value,
		  struct pp_share *out)
{
	uint64_t any = 0, leaf = sample->nlocations ? bits[sample->locations[0]].leaf : 0;

	for (uint32_t i = 0; i < sample->nlocations; i++)
		any |= bits[sample->locations[i]].any;
	for (; any; any &= any - 1) {
		struct pp_share *share = &out[__builtin_ctzll(any)];

		share->cum = pp_wrap_add(share->cum, value);
		if (leaf & any & -any)
			share->own = pp_wrap_add(share->own, value);
	}
}

void pp_shares_of(struct pp_shares *s, const struct pp_view *v, struct pp_share *out,
		  struct pp_total *total)
{
	const struct pp_frames_options options = {.granularity = PP_BY_FUNCTION};
	struct pp_frames frames;
	struct pp_sample_iter it;
	struct pp_sample sample;
	struct bits *bits;

	if (s->nodes.count > NODES_KEPT)
		forget(s);
	pp_frames_init(&frames, v->profile, &s->nodes, &options);
	match_nodes(s);
	bits = match_locations(s, &frames, v->profile->nlocations);
	memset(out, 0, s->n * sizeof(*out));
	pp_total_init(total, v);
	for (uint32_t range = 0; range < v->profile->nranges; range++) {
		pp_samples_begin(&it, v->profile, range);
		while (pp_samples_next(&it, &sample)) {
			pp_total_add(total, v, &sample);
			if (pp_filter_sample(v->filter, &sample))
				count(bits, &sample, sample.values[v->index], out);
		}
		pp_samples_release(&it);
	}
	free(bits);
	pp_frames_release(&frames);
}
