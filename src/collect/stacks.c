/* SPDX-License-Identifier: Apache-2.0 */
/* Folding samples. */
#include <config.h>

#include "collect/stacks.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "collect/copied.h"
#include "collect/ends.h"

void pp_stacks_init(struct pp_stacks *s)
{
	*s = (struct pp_stacks){0};
	pp_strtab_init(&s->frame_keys);
	pp_strtab_init(&s->entries);
}

void pp_stacks_release(struct pp_stacks *s)
{
	pp_strtab_release(&s->frame_keys);
	pp_strtab_release(&s->entries);
	pp_buf_release(&s->key);
	free(s->frames);
	free(s->counts);
	free(s->weights);
	free(s->frame_ends);
}

void pp_stacks_reset(struct pp_stacks *s)
{
	const struct pp_owners *owners = s->owners;

	pp_stacks_release(s);
	pp_stacks_init(s);
	s->owners = owners;
}

static uint32_t intern_frame(struct pp_stacks *s, uint32_t image, uint64_t address)
{
	struct {
		uint64_t address, image;
	} key = {address, image};
	uint32_t at = pp_strtab_add(&s->frame_keys, (struct pp_str){(char *)&key, sizeof(key)}) - 1;

	if (at == s->nframes) {
		s->frames = pp_grow(s->frames, &s->frames_cap, s->nframes + 1, sizeof(*s->frames));
		s->frames[s->nframes++] = (struct pp_frame){image, address};
	}
	return at;
}

static void push(struct pp_stacks *s, uint32_t image, uint64_t address)
{
	uint32_t frame = intern_frame(s, image, address);

	pp_buf_add(&s->key, &frame, sizeof(frame));
}

/* A caller's address is where it will go on: the call is before it. */
static uint64_t call_site(uint64_t address, bool exact)
{
	return exact || !address ? address : address - 1;
}

/* Note down which code an incomplete stack has ended at: its outermost frame. */
static void blame(struct pp_stacks *s, uint32_t frame)
{
	size_t cap = s->frame_ends_cap;

	s->frame_ends =
		pp_grow(s->frame_ends, &s->frame_ends_cap, frame + 1, sizeof(*s->frame_ends));
	memset(s->frame_ends + cap, 0, (s->frame_ends_cap - cap) * sizeof(*s->frame_ends));
	s->frame_ends[frame]++;
}

/* User frames up to the first that lies outside all code: a walk by frame pointers has lost its way
 * there. Returns where the stack ends. */
static enum pp_unwind_end push_user(struct pp_stacks *s, struct pp_procs *procs, uint32_t pid,
				    const uint64_t *frames, uint32_t n, enum pp_unwind_end end)
{
	for (uint32_t i = 0; i < n; i++) {
		bool exact = i == 0 || frames[i] & PP_FRAME_EXACT;
		uint64_t address = call_site(frames[i] & ~PP_FRAME_EXACT, exact);
		int64_t image = pp_procs_find(procs, pid, &address);

		if (image < 0) {
			if (i == 0)
				push(s, PP_IMAGE_UNKNOWN, address);
			return PP_UNWIND_NO_CODE;
		}
		push(s, (uint32_t)image, address);
		s->nwalked++;
	}
	return end;
}

/* The user part of a sample; where it ends. */
static enum pp_unwind_end add_user(struct pp_stacks *s, struct pp_procs *procs,
				   const struct pp_event *e)
{
	const struct pp_event_sample *sample = &e->sample;
	uint64_t walked[PP_COPIED_MAX];
	enum pp_unwind_end end = sample->end;

	if (!sample->copied)
		return push_user(s, procs, e->pid, sample->frames + sample->nkernel, sample->nuser,
				 end);
	s->copied++;
	uint32_t n = pp_copied_walk(procs, e, walked, &end);
	pp_procs_note_copy(procs, e->pid, end != PP_UNWIND_NO_CODE);
	return push_user(s, procs, e->pid, walked, n, end);
}

static uint32_t last_frame(const struct pp_stacks *s)
{
	uint32_t frame;

	memcpy(&frame, s->key.p + s->key.n - sizeof(frame), sizeof(frame));
	return frame;
}

void pp_stacks_add(struct pp_stacks *s, struct pp_procs *procs, const struct pp_event *e)
{
	const struct pp_event_sample *sample = &e->sample;
	struct pp_stack_owner owner = pp_owners_make(s->owners, procs, e);

	pp_buf_clear(&s->key);
	pp_buf_add(&s->key, &owner, sizeof(owner));
	for (uint32_t i = 0; i < sample->nkernel; i++)
		push(s, PP_IMAGE_KERNEL, call_site(sample->frames[i], i == 0));
	size_t kernel = s->key.n;
	enum pp_unwind_end end = add_user(s, procs, e);
	s->ends[end]++;
	if (!pp_end_is_complete(end) && s->key.n > kernel)
		blame(s, last_frame(s));

	uint32_t at = pp_strtab_add(&s->entries, pp_buf_view(&s->key)) - 1;
	if (at == s->nentries) {
		s->counts = pp_grow(s->counts, &s->counts_cap, s->nentries + 1, sizeof(*s->counts));
		s->weights =
			pp_grow(s->weights, &s->weights_cap, s->nentries + 1, sizeof(*s->weights));
		s->counts[s->nentries] = 0;
		s->weights[s->nentries++] = 0;
	}
	s->counts[at]++;
	s->weights[at] += sample->weight;
	s->nsamples++;
	s->weight += sample->weight;
}

struct pp_stack pp_stacks_get(const struct pp_stacks *s, size_t i)
{
	struct pp_str key = pp_strtab_get(&s->entries, (uint32_t)i + 1);
	struct pp_stack stack = {.count = s->counts[i], .weight = s->weights[i]};

	memcpy(&stack.owner, key.p, sizeof(stack.owner));
	stack.frames = (const pp_packed_u32 *)(key.p + sizeof(stack.owner));
	stack.n = (uint32_t)((key.n - sizeof(stack.owner)) / sizeof(uint32_t));
	return stack;
}
