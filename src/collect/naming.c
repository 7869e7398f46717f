/* SPDX-License-Identifier: Apache-2.0 */
/* Symbolizing frames, each distinct one once, and packing the result. */
#include <config.h>

#include "collect/naming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/alloc.h"
#include "collect/ends.h"
#include "collect/owner_labels.h"
#include "profile/builder.h"
#include "symbol/demangle.h"
#include "symbol/kallsyms.h"

#define KERNEL_NAME "[kernel.kallsyms]"
#define VDSO_NAME   "[vdso]"
#define NO_FILE	    UINT32_MAX
#define NOT_MADE    (PP_MAP_NONE - 1) /* a readable name */

/* What all profiles of a recording share, and then what belongs to the one that is being made. */
struct pp_naming {
	struct pp_recording *r;
	const struct pp_naming_options *o;
	struct pp_symbolizer *symbols;
	uint32_t *file; /* per image, in symbols; NO_FILE: it has none, or was not hit */
	struct pp_kallsyms *kallsyms;
	bool *unnamed; /* per frame: its function has only an address */
	bool *made;    /* per frame: it has nothing, and no file could tell */
	struct pp_symbolizer_answer *answers; /* per frame, once there is one */
	size_t nimages, nframes;	      /* that are known here; there may be more by now */
	struct pp_strtab texts;		      /* names as they were found, and readable ones */
	struct pp_map readable;		      /* of the former to the latter */
	struct pp_buf name;		      /* scratch */
	struct pp_line *lines;		      /* scratch */
	size_t lines_cap;

	struct pp_naming_span span;
	struct pp_builder b;
	uint32_t *mapping;  /* per image; PP_NONE: it was not hit */
	uint32_t kernel;    /* its mapping; PP_NONE: no kernel frames */
	uint32_t *location; /* per frame of pp_stacks; PP_NONE: not in this profile, so far */
	size_t *located;    /* the frames that are, so that they can be forgotten */
	size_t nlocated;
};

static struct pp_str image_path(const struct pp_naming *n, const struct pp_image *image)
{
	return pp_strtab_get(&n->r->procs.strings, image->path);
}

/* ---- mappings ---- */

/* Give an image's file its number in the symbolizer. The vdso is the same in every process of this
 * kernel, ours included. */
static void add_file(struct pp_naming *n, uint32_t i)
{
	const struct pp_image *image = &n->r->procs.images[i];
	const struct pp_roots *roots = &n->r->procs.roots;
	struct pp_str path = image_path(n, image);
	const void *vdso = (const void *)getauxval(AT_SYSINFO_EHDR); /* NOLINT */

	if (n->file[i] != NO_FILE)
		return;
	if (vdso && pp_str_eq(path, PP_STR_LIT(VDSO_NAME)))
		n->file[i] = pp_symbolizer_add_memory(
			n->symbols, vdso, (size_t)(image->limit - image->start), VDSO_NAME);
	else if (image->fd >= 0)
		n->file[i] = pp_symbolizer_add_file(n->symbols, image->fd,
						    pp_roots_below(roots, image->root, path.p),
						    pp_roots_fd(roots, image->root));
}

/* Several images may be segments of one file: each asks for itself. */
static void add_image(struct pp_naming *n, uint32_t i)
{
	const struct pp_image *image = &n->r->procs.images[i];
	struct pp_mapping m = {.start = image->start,
			       .limit = image->limit,
			       .offset = image->offset,
			       .file = pp_builder_string(&n->b, image_path(n, image))};
	struct pp_symbolizer_coverage c;

	if (n->mapping[i] != PP_NONE)
		return;
	add_file(n, i);
	if (n->file[i] != NO_FILE) {
		m.build_id = pp_builder_string(
			&n->b, pp_str_of(pp_symbolizer_build_id(n->symbols, n->file[i])));
		c = pp_symbolizer_coverage(n->symbols, n->file[i]);
		m.has_functions = c.functions;
		m.has_filenames = c.files;
		m.has_lines = c.lines;
		m.has_inlines = c.inlines;
	}
	n->mapping[i] = pp_builder_mapping(&n->b, &m);
}

static void add_kernel(struct pp_naming *n)
{
	struct pp_err ignored;
	struct pp_mapping m = {.limit = UINT64_MAX,
			       .file = pp_builder_string(&n->b, PP_STR_LIT(KERNEL_NAME))};
	char build_id[41];
	uint64_t limit;

	if (n->kallsyms && pp_kallsyms_range(n->kallsyms, &m.start, &limit))
		m.has_functions = !n->o->no_symbolize;
	else
		m.start = 1ULL << 63; /* where kernels live */
	if (pp_kernel_build_id("/sys/kernel/notes", build_id, &ignored) == 0)
		m.build_id = pp_builder_string(&n->b, pp_str_of(build_id));
	n->kernel = pp_builder_mapping(&n->b, &m);
}

/* Mappings in the order: main binary, other files as they were first seen, kernel. */
static void add_mappings(struct pp_naming *n, const struct pp_part *part, int64_t main_image)
{
	const struct pp_stacks *s = &n->r->stacks;
	PP_CLEANUP(pp_freep) bool *hit = pp_xcalloc(n->r->procs.nimages, sizeof(*hit));
	bool kernel = false;

	for (size_t i = 0; i < part->nrows; i++) {
		struct pp_stack stack = pp_stacks_get(s, part->rows[i].stack);

		for (uint32_t j = 0; j < stack.n; j++) {
			uint32_t image = s->frames[stack.frames[j]].image;

			kernel |= image == PP_IMAGE_KERNEL;
			if (image < n->r->procs.nimages)
				hit[image] = true;
		}
	}
	if (main_image >= 0)
		add_image(n, (uint32_t)main_image);
	for (uint32_t i = 0; i < n->r->procs.nimages; i++) {
		if (hit[i])
			add_image(n, i);
	}
	if (kernel)
		add_kernel(n);
}

/* ---- names ---- */

/* The file that has a frame, and the address there. What is left are JIT code and other memory
 * without a file. */
static bool file_address(const struct pp_naming *n, const struct pp_frame *f, uint32_t *file,
			 uint64_t *vaddr)
{
	if (f->image == PP_IMAGE_KERNEL || f->image == PP_IMAGE_UNKNOWN)
		return false;

	const struct pp_image *image = &n->r->procs.images[f->image];
	*file = n->file[f->image];
	return *file != NO_FILE &&
	       pp_symbolizer_vaddr(n->symbols, *file, f->address - image->start + image->offset,
				   vaddr);
}

/* Ask for a frame, and load what names the kernel's. */
static void ask(struct pp_naming *n, const struct pp_frame *f)
{
	struct pp_err ignored;
	uint32_t file;
	uint64_t vaddr;

	if (f->image == PP_IMAGE_KERNEL && !n->kallsyms)
		n->kallsyms = pp_kallsyms_load("/proc/kallsyms", &ignored);
	if (f->image < n->nimages)
		add_file(n, f->image);
	if (!n->o->no_symbolize && file_address(n, f, &file, &vaddr))
		pp_symbolizer_ask(n->symbols, file, vaddr);
}

/* The readable form of a system name, made once for each. */
static uint32_t readable(struct pp_naming *n, uint32_t system_name, struct pp_str text)
{
	uint32_t id = pp_strtab_add(&n->texts, text);
	uint32_t *name = pp_map_put(&n->readable, id, NOT_MADE);

	if (*name == NOT_MADE) {
		pp_buf_clear(&n->name);
		*name = pp_demangle(text, PP_DEMANGLE_SIMPLE, &n->name)
				? pp_strtab_add(&n->texts, pp_buf_view(&n->name))
				: id;
	}
	return *name == id ? system_name
			   : pp_builder_string(&n->b, pp_strtab_get(&n->texts, *name));
}

static struct pp_line add_line(struct pp_naming *n, const struct pp_strtab *strings,
			       const struct pp_answer_frame *f)
{
	struct pp_str text = pp_strtab_get(strings, f->system_name ? f->system_name : f->name);
	uint32_t system_name = pp_builder_string(&n->b, text), name;

	if (f->name)
		name = pp_builder_string(&n->b, pp_strtab_get(strings, f->name));
	else
		name = readable(n, system_name, text);
	uint32_t file = pp_builder_string(&n->b, pp_strtab_get(strings, f->file));
	return (struct pp_line){
		.function = pp_builder_function(&n->b, name, system_name, file, f->start_line),
		.line = f->line,
	};
}

static uint32_t file_lines(struct pp_naming *n, size_t i, uint32_t file, uint64_t vaddr)
{
	struct pp_symbolizer_answer a = n->answers[i];

	if (!a.strings)
		a = n->answers[i] = pp_symbolizer_get(n->symbols, file, vaddr);
	n->unnamed[i] = a.source <= PP_SOURCE_FDE;
	n->lines = pp_grow(n->lines, &n->lines_cap, a.n + 1, sizeof(*n->lines));
	for (size_t j = 0; j < a.n; j++)
		n->lines[j] = add_line(n, a.strings, &a.frames[j]);
	return (uint32_t)a.n;
}

static uint32_t kernel_lines(struct pp_naming *n, const struct pp_frame *f)
{
	struct pp_symbol symbol;

	if (!n->kallsyms || !pp_kallsyms_find(n->kallsyms, f->address, &symbol))
		return 0;
	uint32_t name = pp_builder_string(&n->b, symbol.name);
	n->lines = pp_grow(n->lines, &n->lines_cap, 1, sizeof(*n->lines));
	n->lines[0] = (struct pp_line){.function = pp_builder_function(&n->b, name, name, 0, 0)};
	return 1;
}

static uint32_t jit_string(struct pp_naming *n, struct pp_str text, bool wanted)
{
	return wanted ? pp_builder_string(&n->b, text) : 0;
}

/* Code that the process has made, by what it says of it last. */
static uint32_t jit_lines(struct pp_naming *n, const struct pp_frame *f)
{
	struct pp_jit_frame found;
	struct pp_jit *jit;
	bool lines = !n->o->symbols.no_lines;

	if (f->image == PP_IMAGE_UNKNOWN)
		return 0;
	jit = pp_jits_get(&n->r->procs.jits, n->r->procs.images[f->image].pid);
	if (!jit || !pp_jit_find(jit, f->address, UINT64_MAX, &found)) {
		n->made[f - n->r->stacks.frames] = n->r->procs.images[f->image].inode == 0;
		return 0;
	}
	n->lines = pp_grow(n->lines, &n->lines_cap, 1, sizeof(*n->lines));
	n->lines[0] = (struct pp_line){
		.function = pp_builder_function(&n->b, pp_builder_string(&n->b, found.name),
						pp_builder_string(&n->b, found.system_name),
						jit_string(n, found.file, lines),
						lines ? found.start_line : 0),
		.line = lines ? found.line : 0,
	};
	return 1;
}

/* The lines of frame i into n->lines; how many. */
static uint32_t find_lines(struct pp_naming *n, size_t i)
{
	const struct pp_frame *f = &n->r->stacks.frames[i];
	uint32_t file;
	uint64_t vaddr;

	if (n->o->no_symbolize)
		return 0;
	if (f->image == PP_IMAGE_KERNEL)
		return kernel_lines(n, f);
	if (file_address(n, f, &file, &vaddr))
		return file_lines(n, i, file, vaddr);
	return jit_lines(n, f);
}

static uint32_t mapping_of(const struct pp_naming *n, uint32_t image)
{
	if (image == PP_IMAGE_KERNEL)
		return n->kernel;
	return image == PP_IMAGE_UNKNOWN ? PP_NONE : n->mapping[image];
}

/* The location of frame i, made when it is first needed. */
static uint32_t locate(struct pp_naming *n, uint32_t i)
{
	const struct pp_frame *f = &n->r->stacks.frames[i];

	if (n->location[i] == PP_NONE) {
		uint32_t nlines = find_lines(n, i);

		n->location[i] = pp_builder_location(&n->b, mapping_of(n, f->image), f->address,
						     n->lines, nlines);
		n->located[n->nlocated++] = i;
	}
	return n->location[i];
}

/* ---- the report ---- */

/* Samples whose innermost frame is in a function without a name, per image; how many are in code
 * that no file has. */
static uint64_t count_unnamed(const struct pp_naming *n, uint64_t *counts)
{
	const struct pp_stacks *s = &n->r->stacks;
	uint64_t made = 0;

	for (size_t i = 0; i < s->nentries; i++) {
		struct pp_stack stack = pp_stacks_get(s, i);

		if (stack.n && n->unnamed[stack.frames[0]])
			counts[s->frames[stack.frames[0]].image] += stack.count;
		else if (stack.n && n->made[stack.frames[0]])
			made += stack.count;
	}
	return made;
}

static void fill_report(const struct pp_naming *n, struct pp_naming_report *report)
{
	PP_CLEANUP(pp_freep) uint64_t *counts = pp_xcalloc(n->r->procs.nimages, sizeof(*counts));
	size_t most = 0;

	*report = (struct pp_naming_report){.stats = pp_symbolizer_stats(n->symbols)};
	report->kernel_hidden = n->kallsyms && pp_kallsyms_hidden(n->kallsyms);
	report->nmade = count_unnamed(n, counts);
	const char *refused = pp_jits_refused(&n->r->procs.jits);
	snprintf(report->made, sizeof(report->made), "%s", refused ? refused : "");
	for (size_t i = 1; i < n->r->procs.nimages; i++) {
		if (counts[i] > counts[most])
			most = i;
	}
	if (n->r->procs.nimages == 0 || counts[most] == 0)
		return;

	struct pp_str path = image_path(n, &n->r->procs.images[most]);
	struct pp_str name = pp_str_basename(path);
	report->nunnamed = counts[most];
	report->unnamed_has_id = pp_symbolizer_build_id(n->symbols, n->file[most])[0];
	snprintf(report->unnamed, sizeof(report->unnamed), "%.*s", (int)name.n, name.p);
}

/* ---- samples ---- */

/* Samples of a fixed period all count the same. */
static int64_t value_of(const struct pp_naming *n, const struct pp_part_row *row)
{
	const struct pp_sampling *s = &n->r->sampling;

	return (int64_t)(s->period ? row->count * s->period : row->weight);
}

static void add_samples(struct pp_naming *n, const struct pp_part *part)
{
	PP_CLEANUP(pp_owner_labels_release) struct pp_owner_labels labels;
	PP_CLEANUP(pp_freep) uint32_t *locations = NULL;
	size_t cap = 0;

	pp_owner_labels_init(&labels, n->r, &n->b);
	for (size_t i = 0; i < part->nrows; i++) {
		const struct pp_part_row *row = &part->rows[i];
		struct pp_stack stack = pp_stacks_get(&n->r->stacks, row->stack);
		int64_t values[2] = {(int64_t)row->count, value_of(n, row)};
		uint32_t nlabels = pp_owner_labels_make(&labels, &stack.owner);

		locations = pp_grow(locations, &cap, stack.n, sizeof(*locations));
		for (uint32_t j = 0; j < stack.n; j++)
			locations[j] = locate(n, stack.frames[j]);
		pp_builder_sample(&n->b, locations, stack.n, values, labels.made, nlabels);
	}
}

/* Where user stacks end, for the comment: "root=971 no-code=2". */
static void add_ends(struct pp_naming *n, struct pp_buf *out)
{
	for (int i = 0; i < PP_UNWIND_ENDS; i++) {
		if (n->r->stacks.ends[i])
			pp_buf_fmt(out, " %s=%llu", pp_end_name((enum pp_unwind_end)i),
				   (unsigned long long)n->r->stacks.ends[i]);
	}
}

/* What a sample stands for; the mean, where that varies. */
static int64_t mean_period(const struct pp_naming *n)
{
	const struct pp_sampling *s = &n->r->sampling;

	if (s->period)
		return (int64_t)s->period;
	return n->span.samples ? (int64_t)(n->span.weight / n->span.samples) : 0;
}

/* How it was recorded; with `counts`, what is known of the recording as a whole, too. */
static void add_comment(struct pp_naming *n, bool counts)
{
	const struct pp_sampling *s = &n->r->sampling;
	PP_CLEANUP(pp_buf_release) struct pp_buf how = PP_BUF_INIT;

	pp_buf_fmt(&how, "#recorded by pyroprof " PACKAGE_VERSION ": collector=%s %s=%llu",
		   n->r->ops->name, s->frequency ? "frequency" : "period",
		   (unsigned long long)(s->frequency ? s->frequency : s->period));
	if (counts) {
		pp_buf_fmt(&how, " samples=%llu lost=%llu copied=%llu",
			   (unsigned long long)n->r->stacks.nsamples,
			   (unsigned long long)n->r->lost, (unsigned long long)n->r->stacks.copied);
		add_ends(n, &how);
	}
	pp_buf_fmt(&how, " event=%s", s->event->name);
	pp_builder_comment(&n->b, pp_buf_view(&how)); /* reports do not show those with a '#' */
}

static void add_header(struct pp_naming *n)
{
	const struct pp_sampling *s = &n->r->sampling;
	struct pp_profile *head = &n->b.head;

	pp_builder_sample_type(&n->b, "samples", "count");
	pp_builder_sample_type(&n->b, pp_sampling_type(s), pp_sampling_unit(s));
	head->has_period_type = true;
	head->period_type.type = pp_builder_string(&n->b, pp_str_of(pp_sampling_type(s)));
	head->period_type.unit = pp_builder_string(&n->b, pp_str_of(pp_sampling_unit(s)));
	head->default_sample_type = head->period_type.type;
	head->time_nanos = n->span.start_real;
	head->duration_nanos = n->span.duration_ns;
}

/* ---- one after the other ---- */

/* A longer array, with zeros behind what was there. */
static void *lengthen(void *array, size_t from, size_t to, size_t size)
{
	char *longer = pp_xrealloc(array, to + 1, size);

	memset(longer + from * size, 0, (to - from) * size);
	return longer;
}

static void know_images(struct pp_naming *n)
{
	size_t from = n->nimages, to = n->r->procs.nimages;

	n->mapping = lengthen(n->mapping, from, to, sizeof(*n->mapping));
	n->file = lengthen(n->file, from, to, sizeof(*n->file));
	for (size_t i = from; i < to; i++) {
		n->mapping[i] = PP_NONE;
		n->file[i] = NO_FILE;
	}
	n->nimages = to;
}

static void know_frames(struct pp_naming *n)
{
	size_t from = n->nframes, to = n->r->stacks.nframes;

	n->unnamed = lengthen(n->unnamed, from, to, sizeof(*n->unnamed));
	n->made = lengthen(n->made, from, to, sizeof(*n->made));
	n->answers = lengthen(n->answers, from, to, sizeof(*n->answers));
	n->located = lengthen(n->located, from, to, sizeof(*n->located));
	n->location = lengthen(n->location, from, to, sizeof(*n->location));
	for (size_t i = from; i < to; i++)
		n->location[i] = PP_NONE;
	n->nframes = to;
}

bool pp_naming_update(struct pp_naming *n)
{
	size_t from = n->nframes;

	know_images(n);
	know_frames(n);
	for (size_t i = from; i < n->nframes; i++)
		ask(n, &n->r->stacks.frames[i]);
	return n->nframes > from && !n->o->no_symbolize;
}

void pp_naming_resolve(struct pp_naming *n)
{
	if (!n->o->no_symbolize)
		pp_symbolizer_resolve(n->symbols);
}

struct pp_naming *pp_naming_new(struct pp_recording *r, const struct pp_naming_options *o)
{
	static const struct pp_naming_options defaults;
	struct pp_naming *n = pp_xcalloc(1, sizeof(*n));

	*n = (struct pp_naming){.r = r, .o = o ? o : &defaults};
	pp_builder_init(&n->b);
	pp_strtab_init(&n->texts);
	n->symbols = pp_symbolizer_new(&n->o->symbols);
	pp_naming_update(n);
	pp_naming_resolve(n);
	return n;
}

/* Forget what the last profile had. */
static void restart(struct pp_naming *n)
{
	for (size_t i = 0; i < n->nlocated; i++)
		n->location[n->located[i]] = PP_NONE;
	n->nlocated = 0;
	for (size_t i = 0; i < n->nimages; i++)
		n->mapping[i] = PP_NONE;
	n->kernel = PP_NONE;
}

/* All of the recording's time. */
static struct pp_naming_span whole_span(const struct pp_recording *r)
{
	return (struct pp_naming_span){.start_real = r->start_real,
				       .duration_ns = r->duration_ns,
				       .samples = r->stacks.nsamples,
				       .weight = r->stacks.weight};
}

static int make(struct pp_naming *n, const struct pp_part *part, int64_t main_image,
		struct pp_profile *p, struct pp_err *err)
{
	add_mappings(n, part, main_image);
	add_samples(n, part);
	return pp_builder_finish(&n->b, p, err);
}

/* What differs from one recording to the next though nothing else does, would make every entry of
 * an archive one of a kind: numbers in comments, and a period that is a mean. */
int pp_naming_part(struct pp_naming *n, const struct pp_part *part, int64_t main_image,
		   struct pp_profile *p, struct pp_err *err)
{
	n->span = whole_span(n->r);
	restart(n);
	add_header(n);
	add_comment(n, false);
	n->b.head.period = (int64_t)n->r->sampling.period;
	return make(n, part, main_image, p, err);
}

int pp_naming_window(struct pp_naming *n, const struct pp_part *part,
		     const struct pp_naming_span *span, struct pp_profile *p, struct pp_err *err)
{
	n->span = *span;
	restart(n);
	add_header(n);
	add_comment(n, false);
	n->b.head.period = mean_period(n);
	return make(n, part, n->r->main_image, p, err);
}

static int name_whole(struct pp_naming *n, struct pp_profile *p, struct pp_err *err)
{
	size_t nstacks = n->r->stacks.nentries;
	PP_CLEANUP(pp_freep) struct pp_part_row *rows = pp_xcalloc(nstacks, sizeof(*rows));
	struct pp_part whole = {.rows = rows, .nrows = nstacks};

	for (size_t i = 0; i < nstacks; i++)
		rows[i] = (struct pp_part_row){i, n->r->stacks.counts[i], n->r->stacks.weights[i]};
	n->span = whole_span(n->r);
	restart(n);
	add_header(n);
	add_comment(n, true);
	n->b.head.period = mean_period(n);
	return make(n, &whole, n->r->main_image, p, err);
}

void pp_naming_free(struct pp_naming *n, struct pp_naming_report *report)
{
	if (report)
		fill_report(n, report);
	pp_symbolizer_free(n->symbols);
	free(n->mapping);
	free(n->file);
	free(n->location);
	free(n->located);
	free(n->unnamed);
	free(n->made);
	free(n->answers);
	free(n->lines);
	pp_map_release(&n->readable);
	pp_strtab_release(&n->texts);
	pp_kallsyms_free(n->kallsyms);
	pp_buf_release(&n->name);
	pp_builder_release(&n->b);
	free(n);
}

int pp_naming_profile(struct pp_recording *r, const struct pp_naming_options *o,
		      struct pp_profile *p, struct pp_naming_report *report, struct pp_err *err)
{
	struct pp_naming *n = pp_naming_new(r, o);
	int rc = name_whole(n, p, err);

	pp_naming_free(n, report);
	return rc;
}
