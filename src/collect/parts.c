/* SPDX-License-Identifier: Apache-2.0 */
/* Grouping stacks by process or container, and adding up what differs in nothing that is shown. */
#include <config.h>

#include "collect/parts.h"

#include <stdlib.h>

#include "base/alloc.h"

#define CONTAINER (1ULL << 32) /* with the id of a container, not a process */

struct cutting {
	const struct pp_recording *r;
	struct pp_parts *parts;
	struct pp_map by_key;  /* of the process or the container -> part */
	struct pp_strtab rows; /* part, owner as labels show it, frames */
	size_t *row_at;	       /* within its part, by id in `rows` less 1 */
	size_t row_cap;
	struct pp_map pids; /* part and process -> position in pid_counts */
	uint64_t *pid_counts;
	size_t npids, pids_cap;
	struct pp_buf key; /* scratch */
};

/* Other namespaces' processes have no number here, nor does an idle processor. */
static uint32_t pid_of(const struct pp_stack_owner *o)
{
	return o->pid == UINT32_MAX ? 0 : o->pid;
}

static uint32_t container_of_place(const struct pp_recording *r, uint32_t place)
{
	return r->owners.containers ? r->owners.containers->all[place].id : 0;
}

static uint32_t part_of(struct cutting *c, const struct pp_stack_owner *o)
{
	uint32_t container = container_of_place(c->r, o->place);
	uint64_t key = 0;

	if (c->r->owners.apart)
		key = container ? CONTAINER | container : pid_of(o);
	struct pp_parts *p = c->parts;
	uint32_t at = *pp_map_put(&c->by_key, key, (uint32_t)p->n);
	if (at < p->n)
		return at;
	p->part = pp_grow(p->part, &p->cap, p->n + 1, sizeof(*p->part));
	p->part[p->n++] = (struct pp_part){.is_container = (key & CONTAINER) != 0};
	return at;
}

/* What the labels of a sample do not show keeps no rows apart. */
static struct pp_stack_owner shown(const struct pp_recording *r, struct pp_stack_owner o)
{
	if (!(r->owners.labels & PP_LABEL_BIT(PP_LABEL_PID)))
		o.pid = 0;
	if (!(r->owners.labels & PP_LABELS_OF_CGROUPS))
		o.place = 0;
	return o;
}

static struct pp_part_row *row_of(struct cutting *c, uint32_t part, const struct pp_stack *s,
				  size_t stack)
{
	struct pp_part *p = &c->parts->part[part];
	struct pp_stack_owner owner = shown(c->r, s->owner);

	pp_buf_clear(&c->key);
	pp_buf_add(&c->key, &part, sizeof(part));
	pp_buf_add(&c->key, &owner, sizeof(owner));
	pp_buf_add(&c->key, s->frames, s->n * sizeof(*s->frames));
	size_t before = c->rows.count;
	uint32_t at = pp_strtab_add(&c->rows, pp_buf_view(&c->key)) - 1;
	if (c->rows.count == before)
		return &p->rows[c->row_at[at]];
	c->row_at = pp_grow(c->row_at, &c->row_cap, at + 1, sizeof(*c->row_at));
	c->row_at[at] = p->nrows;
	p->rows = pp_grow(p->rows, &p->cap, p->nrows + 1, sizeof(*p->rows));
	p->rows[p->nrows] = (struct pp_part_row){.stack = stack};
	return &p->rows[p->nrows++];
}

/* The part is named after the process that has most of it. */
static void count_pid(struct cutting *c, uint32_t part, const struct pp_stack *s)
{
	struct pp_part *p = &c->parts->part[part];
	uint32_t pid = pid_of(&s->owner);
	uint32_t *at = pp_map_put(&c->pids, (uint64_t)part << 32 | pid, (uint32_t)c->npids);

	if (*at == c->npids) {
		c->pid_counts =
			pp_grow(c->pid_counts, &c->pids_cap, c->npids + 1, sizeof(*c->pid_counts));
		c->pid_counts[c->npids++] = 0;
	}
	c->pid_counts[*at] += s->count;
	if (c->pid_counts[*at] <= p->pid_count)
		return;
	p->pid_count = c->pid_counts[*at];
	p->pid = pid;
	p->place = s->owner.place;
}

static void add_stack(struct cutting *c, size_t i)
{
	struct pp_stack s = pp_stacks_get(&c->r->stacks, i);
	uint32_t part = part_of(c, &s.owner);
	struct pp_part_row *row = row_of(c, part, &s, i);

	row->count += s.count;
	row->weight += s.weight;
	c->parts->part[part].samples += s.count;
	c->parts->part[part].weight += s.weight;
	count_pid(c, part, &s);
}

void pp_parts_make(struct pp_parts *p, const struct pp_recording *r)
{
	struct cutting c = {.r = r, .parts = p};

	*p = (struct pp_parts){0};
	pp_strtab_init(&c.rows);
	for (size_t i = 0; i < r->stacks.nentries; i++)
		add_stack(&c, i);
	pp_strtab_release(&c.rows);
	pp_map_release(&c.by_key);
	pp_map_release(&c.pids);
	pp_buf_release(&c.key);
	free(c.row_at);
	free(c.pid_counts);
}

void pp_parts_release(struct pp_parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->part[i].rows);
	free(p->part);
	*p = (struct pp_parts){0};
}
