/* SPDX-License-Identifier: Apache-2.0 */
/* Labels are compared as numbers; texts are put together for those not seen before. */
#include <config.h>

#include "analyze/tag_sets.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_tag_sets_init(struct pp_tag_sets *s, const struct pp_profile *p, struct pp_strtab *texts,
		      size_t limit)
{
	*s = (struct pp_tag_sets){.profile = p, .texts = texts, .limit = limit};
	pp_strtab_init(&s->keys);
}

void pp_tag_sets_release(struct pp_tag_sets *s)
{
	pp_strtab_release(&s->keys);
	pp_buf_release(&s->joined);
	free(s->text_of);
	free(s->pairs);
	*s = (struct pp_tag_sets){0};
}

void pp_tag_sets_add(struct pp_tag_sets *s, const struct pp_label *label)
{
	s->pairs = pp_grow(s->pairs, &s->pairs_cap, s->npairs + 1, sizeof(*s->pairs));
	s->pairs[s->npairs++] = (uint64_t)label->key << 32 | label->str;
}

static int compare_numbers(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

/* Byte i of "key:value", or -1 behind its end. */
static int byte_of(struct pp_str key, struct pp_str value, size_t i)
{
	if (i < key.n)
		return (unsigned char)key.p[i];
	if (i == key.n)
		return ':';
	i -= key.n + 1;
	return i < value.n ? (unsigned char)value.p[i] : -1;
}

/* By "key:value". Keys differ seldom enough in length that comparing bytes is no loss. */
static int compare_texts(const void *x, const void *y, void *context)
{
	const struct pp_profile *p = context;
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	struct pp_str ka = pp_profile_str(p, (uint32_t)(a >> 32)),
		      va = pp_profile_str(p, (uint32_t)a);
	struct pp_str kb = pp_profile_str(p, (uint32_t)(b >> 32)),
		      vb = pp_profile_str(p, (uint32_t)b);

	if (pp_str_eq(ka, kb))
		return pp_str_cmp(va, vb);
	for (size_t i = 0;; i++) {
		int ca = byte_of(ka, va, i), cb = byte_of(kb, vb, i);

		if (ca != cb)
			return ca < cb ? -1 : 1;
		if (ca < 0)
			return 0;
	}
}

/* The text of the current sample's labels; 0 if it would be too long. */
static uint32_t join(struct pp_tag_sets *s)
{
	size_t room = s->limit - (s->texts->nbytes < s->limit ? s->texts->nbytes : s->limit);

	pp_buf_clear(&s->joined);
	qsort_r(s->pairs, s->npairs, sizeof(*s->pairs), compare_texts,
		(void *)(uintptr_t)s->profile);
	for (size_t i = 0; i < s->npairs; i++) {
		struct pp_str key = pp_profile_str(s->profile, (uint32_t)(s->pairs[i] >> 32));
		struct pp_str value = pp_profile_str(s->profile, (uint32_t)s->pairs[i]);

		if (key.n + value.n + 3 > room - s->joined.n) {
			s->full = true;
			return 0;
		}
		if (i)
			pp_buf_char(&s->joined, '\n');
		pp_buf_add(&s->joined, key.p, key.n);
		pp_buf_char(&s->joined, ':');
		pp_buf_add(&s->joined, value.p, value.n);
	}
	return pp_strtab_add(s->texts, pp_buf_view(&s->joined));
}

uint32_t pp_tag_sets_end(struct pp_tag_sets *s)
{
	struct pp_str bytes = {(const char *)s->pairs, s->npairs * sizeof(*s->pairs)};

	if (s->npairs == 0 || s->full)
		return 0;
	qsort(s->pairs, s->npairs, sizeof(*s->pairs), compare_numbers);
	size_t key = pp_strtab_add(&s->keys, bytes);
	for (; s->ntexts <= key; s->ntexts++) {
		s->text_of = pp_grow(s->text_of, &s->cap, s->ntexts + 1, sizeof(*s->text_of));
		s->text_of[s->ntexts] = s->ntexts ? join(s) : 0;
	}
	s->npairs = 0;
	return s->text_of[key];
}
