/* SPDX-License-Identifier: Apache-2.0 */
/* Reading perf records. Layouts: include/uapi/linux/perf_event.h, enum perf_event_type. */
#include <config.h>

#include "collect/ring.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int pp_ring_open(struct pp_ring *r, int fd, size_t pages, uint64_t sample_type, struct pp_err *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	*r = (struct pp_ring){.size = pages * page, .sample_type = sample_type};
	r->base = mmap(NULL, r->size + page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r->base != MAP_FAILED)
		return 0;

	int sys = errno;
	r->base = NULL;
	pp_err_sys(err, sys, "cannot map %zu KiB of perf ring buffer", (r->size + page) >> 10);
	if (sys == EPERM || sys == ENOMEM)
		pp_err_hint(err, "sudo sysctl kernel.perf_event_mlock_kb=4096");
	return -1;
}

void pp_ring_close(struct pp_ring *r)
{
	if (r->base)
		munmap(r->base, r->size + (size_t)sysconf(_SC_PAGESIZE));
	pp_buf_release(&r->record);
	r->base = NULL;
}

/* A record being taken apart from the front. */
struct cursor {
	const uint8_t *p, *end;
};

static uint64_t take_u64(struct cursor *c)
{
	uint64_t v = 0;

	if (c->end - c->p >= 8) {
		memcpy(&v, c->p, 8);
		c->p += 8;
	} else {
		c->p = c->end;
	}
	return v;
}

static uint32_t take_u32(struct cursor *c)
{
	uint32_t v = 0;

	if (c->end - c->p >= 4) {
		memcpy(&v, c->p, 4);
		c->p += 4;
	} else {
		c->p = c->end;
	}
	return v;
}

static struct pp_str take_text(struct cursor *c)
{
	size_t room = (size_t)(c->end - c->p);

	return (struct pp_str){(const char *)c->p, strnlen((const char *)c->p, room)};
}

/* The fields that sample_id_all puts at the end of every record: tid and time. */
static void take_trailer(struct cursor *c, struct pp_event *e)
{
	if (c->end - c->p < 16)
		return;
	c->end -= 16;
	struct cursor t = {c->end, c->end + 16};
	e->pid = take_u32(&t);
	e->tid = take_u32(&t);
	e->time = take_u64(&t);
}

static void read_mmap2(struct cursor c, struct pp_batch *b)
{
	struct pp_event e = {.kind = PP_EVENT_MMAP};

	take_trailer(&c, &e);
	take_u64(&c); /* pid, tid: in the trailer */
	e.mmap.start = take_u64(&c);
	e.mmap.length = take_u64(&c);
	e.mmap.offset = take_u64(&c);
	e.mmap.dev_major = take_u32(&c);
	e.mmap.dev_minor = take_u32(&c);
	e.mmap.inode = take_u64(&c);
	take_u64(&c); /* inode generation */
	take_u64(&c); /* protection, flags */
	e.mmap.path = take_text(&c);
	pp_batch_add(b, &e);
}

static void read_comm(struct cursor c, uint16_t misc, struct pp_batch *b)
{
	struct pp_event e = {.kind = PP_EVENT_COMM};

	take_trailer(&c, &e);
	/* whose name it is, which may not be who set it */
	e.pid = take_u32(&c);
	e.tid = take_u32(&c);
	e.comm.name = take_text(&c);
	e.comm.exec = misc & PERF_RECORD_MISC_COMM_EXEC;
	pp_batch_add(b, &e);
}

static void read_task(struct cursor c, enum pp_event_kind kind, struct pp_batch *b)
{
	struct pp_event e = {.kind = kind};

	take_trailer(&c, &e);
	e.pid = take_u32(&c);
	uint32_t parent_pid = take_u32(&c);
	e.tid = take_u32(&c);
	uint32_t parent_tid = take_u32(&c);
	if (kind == PP_EVENT_FORK)
		e.fork = (struct pp_event_fork){parent_pid, parent_tid};
	pp_batch_add(b, &e);
}

/* The call chain of kernel and user frames, which follow their context marks, into frames[max]. */
static uint32_t read_chain(struct cursor *c, uint64_t *frames, uint32_t max, uint32_t *nkernel)
{
	uint32_t n = 0;
	bool kernel = false;

	for (uint64_t left = take_u64(c); left && c->p < c->end; left--) {
		uint64_t ip = take_u64(c);

		if (ip >= PERF_CONTEXT_MAX) {
			kernel = ip == PERF_CONTEXT_KERNEL;
			continue;
		}
		if (n == max)
			continue;
		frames[n++] = ip;
		*nkernel += kernel;
	}
	return n;
}

/* The user registers that pp_perf_add_stack asks for, in the order of their numbers. */
static void read_regs(struct cursor *c, struct pp_event_sample *s)
{
	uint64_t abi = take_u64(c);

	if (abi == PERF_SAMPLE_REGS_ABI_NONE) {
		s->end = PP_UNWIND_NO_USER;
		return;
	}
	s->copied = abi == PERF_SAMPLE_REGS_ABI_64;
	if (!s->copied)
		s->end = PP_UNWIND_OTHER_ABI;
	s->regs.fp = take_u64(c);
#ifdef __aarch64__
	s->regs.lr = take_u64(c);
	s->regs.sp = take_u64(c);
	s->regs.pc = take_u64(c);
#else
	s->regs.sp = take_u64(c);
	s->regs.pc = take_u64(c);
	s->regs.scratch = take_u64(c);
#endif
}

/* A copy of the stack from sp on; brought to where the word begins that sp is in. */
static void read_stack(struct cursor *c, struct pp_event_sample *s)
{
	uint64_t n = take_u64(c), filled;
	struct cursor data = *c;

	if (n == 0 || n > (uint64_t)(c->end - c->p))
		return;
	c->p += n;
	filled = take_u64(c);
	if (s->regs.sp % 8 == 0 && filled <= n)
		s->stack = (struct pp_str){(const char *)data.p, (size_t)filled};
}

/* In the order of the bits of PERF_SAMPLE_*. */
static void read_sample(const struct pp_ring *r, struct cursor c, struct pp_batch *b)
{
	struct pp_event e = {.kind = PP_EVENT_SAMPLE};
	uint64_t frames[512];
	uint32_t n;

	e.pid = take_u32(&c);
	e.tid = take_u32(&c);
	e.time = take_u64(&c);
	if (r->sample_type & PERF_SAMPLE_PERIOD)
		e.sample.weight = take_u64(&c);
	n = read_chain(&c, frames, 512, &e.sample.nkernel);
	if (r->sample_type & PERF_SAMPLE_REGS_USER)
		read_regs(&c, &e.sample);
	if (r->sample_type & PERF_SAMPLE_STACK_USER)
		read_stack(&c, &e.sample);
	e.sample.nuser = n - e.sample.nkernel;
	e.sample.frames = frames;
	pp_batch_add(b, &e);
}

static void read_lost(struct cursor c, struct pp_batch *b)
{
	take_u64(&c); /* event id */
	b->lost += take_u64(&c);
}

static void read_record(const struct pp_ring *r, const struct perf_event_header *h, struct cursor c,
			struct pp_batch *b)
{
	switch (h->type) {
	case PERF_RECORD_MMAP2:
		read_mmap2(c, b);
		break;
	case PERF_RECORD_COMM:
		read_comm(c, h->misc, b);
		break;
	case PERF_RECORD_FORK:
		read_task(c, PP_EVENT_FORK, b);
		break;
	case PERF_RECORD_EXIT:
		read_task(c, PP_EVENT_EXIT, b);
		break;
	case PERF_RECORD_SAMPLE:
		if (r->sample_type & PERF_SAMPLE_CALLCHAIN)
			read_sample(r, c, b);
		break;
	case PERF_RECORD_LOST:
		read_lost(c, b);
		break;
	default:
		break;
	}
}

/* n bytes at a position of the ring, in one piece. */
static const uint8_t *piece(struct pp_ring *r, uint64_t at, size_t n)
{
	const uint8_t *data = (const uint8_t *)r->base + sysconf(_SC_PAGESIZE);
	size_t from = (size_t)at & (r->size - 1), until_end = r->size - from;

	if (n <= until_end)
		return data + from;
	pp_buf_clear(&r->record);
	pp_buf_add(&r->record, data + from, until_end);
	pp_buf_add(&r->record, data, n - until_end);
	return (const uint8_t *)r->record.p;
}

void pp_ring_drain(struct pp_ring *r, struct pp_batch *b)
{
	struct perf_event_mmap_page *control = r->base;
	uint64_t head = __atomic_load_n(&control->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = control->data_tail;

	while (tail < head) {
		struct perf_event_header h;

		memcpy(&h, piece(r, tail, sizeof(h)), sizeof(h));
		if (h.size < sizeof(h) || h.size > head - tail || h.size > r->size)
			break; /* cannot be: but what cannot be must not hang us */
		const uint8_t *p = piece(r, tail, h.size);
		read_record(r, &h, (struct cursor){p + sizeof(h), p + h.size}, b);
		tail += h.size;
	}
	__atomic_store_n(&control->data_tail, head, __ATOMIC_RELEASE);
}
