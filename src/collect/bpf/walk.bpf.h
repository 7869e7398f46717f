/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Walking the current thread's user stack, frame by frame. */
#ifndef PP_WALK_BPF_H
#define PP_WALK_BPF_H

/* Where a walk is. */
struct frame {
	struct pp_unwind_regs regs;
	__u32 cpu;
	__u32 exact;
};

/* The walk that is under way. */
struct walk {
	struct frame at;
	union pp_bpf_mappings mappings;
	struct known_rows *known;
	struct event_room *room;
	__u32 n; /* frames so far */
	__u32 end;
};

/* To the caller's frame. A function of its own, at which the verifier looks only once. */
__noinline int follow(struct frame *f, __u32 rule)
{
	struct window *window;
	enum pp_unwind_end end;
	_Bool exact;

	if (!f)
		return PP_UNWIND_UNSUPPORTED;
	window = bpf_map_lookup_elem(&windows, &f->cpu);
	if (!window)
		return PP_UNWIND_UNSUPPORTED;
	exact = f->exact;
	end = pp_unwind_turn(window, &f->regs, row_of_rule(rule), &exact);
	f->exact = exact;
	return end;
}

/* One frame: note it down and go to its caller. 1 ends the walk. */
static long walk_on(__u32 i, struct walk *w)
{
	__u64 frame = w->at.regs.pc | (w->at.exact ? PP_BPF_EXACT : 0), found;
	__u32 n = w->n;

	w->end = PP_UNWIND_NO_CODE;
	/* no code is that high, and it would look exact; the rest is for the verifier */
	if (w->at.regs.pc >> 63 || n >= PP_BPF_USER_MAX)
		return 1;
	found = find_rule(w->known, w->mappings, frame);
	w->end = found >> 32;
	if (w->end == PP_UNWIND_NO_CODE)
		return 1;
	w->room->words[n] = frame;
	w->n = n + 1;
	if (w->end == PP_UNWIND_MORE)
		w->end = follow(&w->at, found);
	return w->end != PP_UNWIND_MORE;
}

/* From the registers in w->at on, into the event that is under construction. */
static __always_inline void walk(struct walk *w)
{
	struct window *window = bpf_map_lookup_elem(&windows, &w->at.cpu);

	w->known = bpf_map_lookup_elem(&known, &w->at.cpu);
	w->room = bpf_map_lookup_elem(&scratch, &w->at.cpu);
	w->end = PP_UNWIND_TRUNCATED;
	if (!window || !w->known || !w->room)
		return;
	window->n = 0; /* of another sample */
	window->cpu = w->at.cpu;
	w->at.exact = 1;
	bpf_loop(PP_BPF_USER_MAX, walk_on, w, 0);
	if (w->end == PP_UNWIND_MORE)
		w->end = PP_UNWIND_TRUNCATED;
}

#endif
