/* SPDX-License-Identifier: Apache-2.0 */
/* Folding samples. */
#include <config.h>

#include "collect/stacks.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

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
static uint64_t call_site(uint64_t address, uint32_t depth)
{
	return depth && address ? address - 1 : address;
}

/* User frames up to the first that lies outside all code: a walk by frame pointers has lost its way
 * there. */
static void push_user(struct pp_stacks *s, struct pp_procs *procs, const struct pp_event *e)
{
	const uint64_t *frames = e->sample.frames + e->sample.nkernel;

	for (uint32_t i = 0; i < e->sample.nuser; i++) {
		uint64_t address = call_site(frames[i], i);
		int64_t image = pp_procs_find(procs, e->pid, &address);

		if (image >= 0) {
			push(s, (uint32_t)image, address);
			continue;
		}
		s->cut++;
		if (i == 0)
			push(s, PP_IMAGE_UNKNOWN, address);
		return;
	}
}

static uint32_t name_of(struct pp_procs *procs, struct pp_str given, uint32_t known)
{
	return given.n ? pp_strtab_add(&procs->strings, given) : known;
}

void pp_stacks_add(struct pp_stacks *s, struct pp_procs *procs, const struct pp_event *e)
{
	const struct pp_event_sample *sample = &e->sample;
	struct pp_stack_owner owner = {.pid = e->pid, .tid = e->tid};

	owner.thread = sample->thread.n ? name_of(procs, sample->thread, 0)
					: pp_procs_thread_name(procs, e->pid, e->tid);
	owner.process = name_of(procs, sample->process, pp_procs_comm(procs, e->pid));

	pp_buf_clear(&s->key);
	pp_buf_add(&s->key, &owner, sizeof(owner));
	for (uint32_t i = 0; i < sample->nkernel; i++)
		push(s, PP_IMAGE_KERNEL, call_site(sample->frames[i], i));
	push_user(s, procs, e);

	uint32_t at = pp_strtab_add(&s->entries, pp_buf_view(&s->key)) - 1;
	if (at == s->nentries) {
		s->counts = pp_grow(s->counts, &s->counts_cap, s->nentries + 1, sizeof(*s->counts));
		s->counts[s->nentries++] = 0;
	}
	s->counts[at]++;
	s->nsamples++;
}

struct pp_stack pp_stacks_get(const struct pp_stacks *s, size_t i)
{
	struct pp_str key = pp_strtab_get(&s->entries, (uint32_t)i + 1);
	struct pp_stack stack = {.count = s->counts[i]};

	memcpy(&stack.owner, key.p, sizeof(stack.owner));
	stack.frames = (const pp_packed_u32 *)(key.p + sizeof(stack.owner));
	stack.n = (uint32_t)((key.n - sizeof(stack.owner)) / sizeof(uint32_t));
	return stack;
}
