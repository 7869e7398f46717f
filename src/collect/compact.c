/* SPDX-License-Identifier: Apache-2.0 */
/* Rebuilding the tables of images and strings from what is in use. */
#include <config.h>

#include "collect/compact.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "collect/images.h"

#define FEW_IMAGES   256
#define FEW_STRINGS  4096
#define MANY_THREADS (1u << 16) /* names are read again when they are asked for */

/* Which images some process maps; how many. */
static size_t mark_images(const struct pp_procs *p, bool *mapped)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nprocs; i++) {
		for (size_t j = 0; j < p->procs[i].nregions; j++)
			mapped[p->procs[i].regions[j].image] = true;
	}
	for (size_t i = 0; i < p->nimages; i++)
		n += mapped[i];
	return n;
}

static void age_modules(struct pp_procs *p, const bool *mapped)
{
	PP_CLEANUP(pp_freep) bool *in_use = pp_xcalloc(p->modules.n + 1, sizeof(*in_use));

	for (size_t i = 0; i < p->nimages; i++) {
		if (mapped[i] && p->images[i].module != PP_MODULE_NONE)
			in_use[p->images[i].module] = true;
	}
	pp_modules_age(&p->modules, in_use);
}

static uint32_t move_string(struct pp_strtab *to, const struct pp_strtab *from, uint32_t string)
{
	return pp_strtab_add(to, pp_strtab_get(from, string));
}

/* It can be opened again when it is mapped again, and has a module then. */
static void close_image(struct pp_procs *p, struct pp_image *image)
{
	if (image->fd >= 0)
		close(image->fd);
	image->fd = -1;
	image->opened = false;
	image->tries = 0;
	image->module = PP_MODULE_NONE;
	pp_roots_drop(&p->roots, image->root);
	image->root = PP_ROOT_OURS;
}

/* Intern the images that stay anew; where each has gone into moved[]. */
static void rebuild_images(struct pp_procs *p, const struct pp_strtab *strings, const bool *mapped,
			   uint32_t *moved)
{
	struct pp_image *old = p->images;
	size_t n = p->nimages;

	p->images = NULL;
	p->nimages = p->images_cap = 0;
	pp_strtab_release(&p->image_keys);
	pp_strtab_init(&p->image_keys);
	for (size_t i = 0; i < n; i++) {
		if (!mapped[i])
			continue;
		old[i].path = move_string(&p->strings, strings, old[i].path);
		old[i].used = false;
		moved[i] = pp_image_intern(p, &old[i]);
	}
	free(old);
}

void pp_procs_compact(struct pp_procs *p)
{
	PP_CLEANUP(pp_freep) bool *mapped = pp_xcalloc(p->nimages + 1, sizeof(*mapped));
	size_t live = mark_images(p, mapped);

	pp_procs_find_ended(p);
	pp_jits_compact(&p->jits);
	if (p->threads.count > MANY_THREADS)
		pp_map_release(&p->threads);
	age_modules(p, mapped);
	for (size_t i = 0; i < p->nimages; i++) {
		p->images[i].used = false;
		if (!mapped[i])
			close_image(p, &p->images[i]);
	}
	if (p->nimages - live < live + FEW_IMAGES && p->strings.count < 4 * live + FEW_STRINGS)
		return;

	PP_CLEANUP(pp_freep) uint32_t *moved = pp_xcalloc(p->nimages + 1, sizeof(*moved));
	struct pp_strtab strings = p->strings;

	pp_strtab_init(&p->strings);
	rebuild_images(p, &strings, mapped, moved);
	for (size_t i = 0; i < p->nprocs; i++) {
		struct pp_proc *proc = &p->procs[i];

		proc->comm = move_string(&p->strings, &strings, proc->comm);
		for (size_t j = 0; j < proc->nregions; j++)
			proc->regions[j].image = moved[proc->regions[j].image];
	}
	pp_map_release(&p->threads);
	pp_strtab_release(&strings);
}
