/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DWARF says of addresses, for comparisons: reads hexadecimal addresses from stdin, one a
 * line, and prints for each "0xADDRESS", then two lines for each frame, innermost first, as
 * `addr2line -a -f -i` does: the function, by its linkage name if it has one, and FILE:LINE.
 *
 * usage: symbolize [--alt=FILE] [--dwp=FILE] [--dir=DIR] [--no-inlines] [--no-lines] FILE
 */
#include <config.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "symbol/dwarf.h"

struct addresses {
	uint64_t *list;
	size_t n, cap;
};

static void read_addresses(struct addresses *a)
{
	uint64_t v;

	while (scanf("%" SCNx64, &v) == 1) { /* pp-allow: numbers of our own tests */
		a->list = pp_grow(a->list, &a->cap, a->n + 1, sizeof(*a->list));
		a->list[a->n++] = v;
	}
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static const char *or_unknown(const struct pp_answers *out, uint32_t id)
{
	return id ? pp_strtab_get(&out->strings, id).p : "??";
}

static void print_answer(const struct pp_answers *out, size_t i, uint64_t vaddr)
{
	printf("0x%016" PRIx64 "\n", vaddr);
	if (out->first[i] == out->first[i + 1])
		printf("??\n??:0\n");
	for (uint32_t k = out->first[i]; k < out->first[i + 1]; k++) {
		const struct pp_answer_frame *f = &out->frames[k];

		printf("%s\n", or_unknown(out, f->system_name ? f->system_name : f->name));
		printf("%s:%" PRIu32 "\n", or_unknown(out, f->file), f->line);
	}
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		perror(path);
	return fd;
}

static void parse_option(struct pp_dwarf_options *o, const char *arg)
{
	if (strncmp(arg, "--alt=", 6) == 0)
		o->alt_fd = open_file(arg + 6);
	else if (strncmp(arg, "--dwp=", 6) == 0)
		o->dwp_fd = open_file(arg + 6);
	else if (strncmp(arg, "--dir=", 6) == 0)
		o->dir = arg + 6;
	else if (strcmp(arg, "--no-inlines") == 0)
		o->inlines = false;
	else if (strcmp(arg, "--no-lines") == 0)
		o->lines = false;
}

int main(int argc, char **argv)
{
	struct pp_dwarf_options o = {
		.inlines = true, .lines = true, .split = true, .alt_fd = -1, .dwp_fd = -1};
	struct addresses a = {0};
	struct pp_answers out;
	struct pp_err err = PP_ERR_INIT;

	for (int i = 1; i < argc - 1; i++)
		parse_option(&o, argv[i]);

	int fd = argc > 1 ? open_file(argv[argc - 1]) : -1;
	if (fd < 0)
		return 2;
	read_addresses(&a);
	if (a.n)
		qsort(a.list, a.n, sizeof(*a.list), by_value);

	int rc = pp_dwarf_resolve(fd, &o, a.list, a.n, &out, &err);
	if (rc < 0)
		fprintf(stderr, "symbolize: %s\n", err.msg);
	for (size_t i = 0; i < a.n; i++)
		print_answer(&out, i, a.list[i]);
	pp_answers_release(&out);
	free(a.list);
	close(fd);
	return rc < 0 ? 3 : 0;
}
