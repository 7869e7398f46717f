/* SPDX-License-Identifier: Apache-2.0 */
/* Symbolizing frames, each distinct one once, and packing the result. */
#include <config.h>

#include "collect/naming.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "profile/builder.h"
#include "symbol/demangle.h"
#include "symbol/elf.h"
#include "symbol/kallsyms.h"

#define KERNEL_NAME "[kernel.kallsyms]"
#define VDSO_NAME   "[vdso]"

struct naming {
	struct pp_recording *r;
	struct pp_builder b;
	uint32_t *mapping;   /* per image; PP_NONE: it was not hit */
	struct pp_elf **elf; /* per image; NULL: no symbols to be had */
	uint32_t kernel;     /* its mapping; PP_NONE: no kernel frames */
	struct pp_kallsyms *kallsyms;
	uint32_t *location; /* per frame of pp_stacks */
	struct pp_buf name; /* scratch */
};

static struct pp_str image_path(const struct naming *n, const struct pp_image *image)
{
	return pp_strtab_get(&n->r->procs.strings, image->path);
}

/* The vdso is the same in every process of this kernel, ours included. */
static struct pp_elf *open_vdso(const struct pp_image *image)
{
	struct pp_err ignored;
	const void *base = (const void *)getauxval(AT_SYSINFO_EHDR); /* NOLINT */

	return base ? pp_elf_open_memory(base, image->limit - image->start, &ignored) : NULL;
}

static struct pp_elf *open_symbols(const struct naming *n, const struct pp_image *image)
{
	struct pp_err ignored;

	if (pp_str_eq(image_path(n, image), PP_STR_LIT(VDSO_NAME)))
		return open_vdso(image);
	return image->fd >= 0 ? pp_elf_open(image->fd, &ignored) : NULL;
}

static void add_image(struct naming *n, uint32_t i)
{
	const struct pp_image *image = &n->r->procs.images[i];
	struct pp_mapping m = {.start = image->start,
			       .limit = image->limit,
			       .offset = image->offset,
			       .file = pp_builder_string(&n->b, image_path(n, image))};

	if (n->mapping[i] != PP_NONE)
		return;
	n->elf[i] = open_symbols(n, image);
	if (n->elf[i]) {
		m.build_id = pp_builder_string(&n->b, pp_elf_build_id(n->elf[i]));
		m.has_functions = pp_elf_has_symbols(n->elf[i]);
	}
	n->mapping[i] = pp_builder_mapping(&n->b, &m);
}

static void add_kernel(struct naming *n)
{
	struct pp_err ignored;
	struct pp_mapping m = {.limit = UINT64_MAX,
			       .file = pp_builder_string(&n->b, PP_STR_LIT(KERNEL_NAME))};
	char build_id[41];
	uint64_t limit;

	n->kallsyms = pp_kallsyms_load("/proc/kallsyms", &ignored);
	if (n->kallsyms && pp_kallsyms_range(n->kallsyms, &m.start, &limit))
		m.has_functions = true;
	else
		m.start = 1ULL << 63; /* where kernels live */
	if (pp_kernel_build_id("/sys/kernel/notes", build_id, &ignored) == 0)
		m.build_id = pp_builder_string(&n->b, pp_str_of(build_id));
	n->kernel = pp_builder_mapping(&n->b, &m);
}

/* Mappings in the order: main binary, other files as they were first seen, kernel. */
static void add_mappings(struct naming *n)
{
	bool kernel = false;

	if (n->r->main_image >= 0)
		add_image(n, (uint32_t)n->r->main_image);
	for (uint32_t i = 0; i < n->r->procs.nimages; i++) {
		if (n->r->procs.images[i].used)
			add_image(n, i);
	}
	for (size_t i = 0; i < n->r->stacks.nframes && !kernel; i++)
		kernel = n->r->stacks.frames[i].image == PP_IMAGE_KERNEL;
	if (kernel)
		add_kernel(n);
}

static bool find_symbol(const struct naming *n, const struct pp_frame *f, struct pp_symbol *symbol)
{
	uint64_t vaddr;

	if (f->image == PP_IMAGE_KERNEL)
		return n->kallsyms && pp_kallsyms_find(n->kallsyms, f->address, symbol);
	if (f->image == PP_IMAGE_UNKNOWN || !n->elf[f->image])
		return false;

	const struct pp_image *image = &n->r->procs.images[f->image];
	return pp_elf_file_to_vaddr(n->elf[f->image], f->address - image->start + image->offset,
				    &vaddr) &&
	       pp_elf_find(n->elf[f->image], vaddr, symbol);
}

static uint32_t add_function(struct naming *n, struct pp_str symbol)
{
	uint32_t system_name = pp_builder_string(&n->b, symbol), name = system_name;

	pp_buf_clear(&n->name);
	if (pp_demangle(symbol, PP_DEMANGLE_SIMPLE, &n->name))
		name = pp_builder_string(&n->b, pp_buf_view(&n->name));
	return pp_builder_function(&n->b, name, system_name, 0, 0);
}

static uint32_t mapping_of(const struct naming *n, uint32_t image)
{
	if (image == PP_IMAGE_KERNEL)
		return n->kernel;
	return image == PP_IMAGE_UNKNOWN ? PP_NONE : n->mapping[image];
}

static void add_locations(struct naming *n)
{
	const struct pp_stacks *s = &n->r->stacks;

	n->location = pp_xcalloc(s->nframes, sizeof(*n->location));
	for (size_t i = 0; i < s->nframes; i++) {
		const struct pp_frame *f = &s->frames[i];
		struct pp_symbol symbol;
		struct pp_line line = {0};
		uint32_t nlines = 0;

		if (find_symbol(n, f, &symbol)) {
			line.function = add_function(n, symbol.name);
			nlines = 1;
		}
		n->location[i] = pp_builder_location(&n->b, mapping_of(n, f->image), f->address,
						     &line, nlines);
	}
}

/* Strings of label keys, looked up once. */
struct label_keys {
	uint32_t thread, tid, pid, comm;
};

static uint32_t name_string(struct naming *n, uint32_t name)
{
	return pp_builder_string(&n->b, pp_strtab_get(&n->r->procs.strings, name));
}

static uint32_t make_labels(struct naming *n, const struct label_keys *keys,
			    const struct pp_stack_owner *owner, struct pp_builder_label *labels)
{
	uint32_t count = 0;

	if (owner->thread)
		labels[count++] = (struct pp_builder_label){.key = keys->thread,
							    .str = name_string(n, owner->thread)};
	labels[count++] = (struct pp_builder_label){.key = keys->tid, .num = owner->tid};
	if (n->r->pid >= 0)
		return count;
	if (owner->process)
		labels[count++] = (struct pp_builder_label){.key = keys->comm,
							    .str = name_string(n, owner->process)};
	labels[count++] = (struct pp_builder_label){.key = keys->pid, .num = owner->pid};
	return count;
}

static void add_samples(struct naming *n, int64_t period)
{
	const struct pp_stacks *s = &n->r->stacks;
	struct label_keys keys = {
		.thread = pp_builder_string(&n->b, PP_STR_LIT("thread")),
		.tid = pp_builder_string(&n->b, PP_STR_LIT("tid")),
		.pid = pp_builder_string(&n->b, PP_STR_LIT("pid")),
		.comm = pp_builder_string(&n->b, PP_STR_LIT("comm")),
	};
	PP_CLEANUP(pp_freep) uint32_t *locations = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < s->nentries; i++) {
		struct pp_stack stack = pp_stacks_get(s, i);
		int64_t values[2] = {(int64_t)stack.count, (int64_t)stack.count * period};
		struct pp_builder_label labels[4];

		locations = pp_grow(locations, &cap, stack.n, sizeof(*locations));
		for (uint32_t j = 0; j < stack.n; j++)
			locations[j] = n->location[stack.frames[j]];
		pp_builder_sample(&n->b, locations, stack.n, values, labels,
				  make_labels(n, &keys, &stack.owner, labels));
	}
}

static void add_header(struct naming *n, int64_t period)
{
	struct pp_profile *head = &n->b.head;
	PP_CLEANUP(pp_freep)
	char *how = pp_xasprintf(
		"#recorded by pyroprof " PACKAGE_VERSION
		": collector=%s frequency=%u samples=%llu lost=%llu cut=%llu",
		n->r->ops->name, n->r->frequency, (unsigned long long)n->r->stacks.nsamples,
		(unsigned long long)n->r->lost, (unsigned long long)n->r->stacks.cut);

	pp_builder_sample_type(&n->b, "samples", "count");
	pp_builder_sample_type(&n->b, "cpu", "nanoseconds");
	head->has_period_type = true;
	head->period_type.type = pp_builder_string(&n->b, PP_STR_LIT("cpu"));
	head->period_type.unit = pp_builder_string(&n->b, PP_STR_LIT("nanoseconds"));
	head->default_sample_type = head->period_type.type;
	head->period = period;
	head->time_nanos = n->r->start_real;
	head->duration_nanos = n->r->duration_ns;
	pp_builder_comment(&n->b, pp_str_of(how)); /* reports do not show those with a '#' */
}

static void release(struct naming *n)
{
	for (size_t i = 0; i < n->r->procs.nimages; i++)
		pp_elf_free(n->elf[i]);
	free(n->elf);
	free(n->mapping);
	free(n->location);
	pp_kallsyms_free(n->kallsyms);
	pp_buf_release(&n->name);
	pp_builder_release(&n->b);
}

int pp_naming_profile(struct pp_recording *r, struct pp_profile *p, struct pp_err *err)
{
	struct naming n = {.r = r, .kernel = PP_NONE};
	int64_t period = PP_NSEC_PER_SEC / r->frequency;

	pp_builder_init(&n.b);
	n.elf = pp_xcalloc(r->procs.nimages, sizeof(*n.elf));
	n.mapping = pp_xcalloc(r->procs.nimages, sizeof(*n.mapping));
	for (size_t i = 0; i < r->procs.nimages; i++)
		n.mapping[i] = PP_NONE;

	add_header(&n, period);
	add_mappings(&n);
	add_locations(&n);
	add_samples(&n, period);
	int rc = pp_builder_finish(&n.b, p, err);
	release(&n);
	return rc;
}
