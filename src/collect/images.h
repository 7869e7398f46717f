/* SPDX-License-Identifier: Apache-2.0 */
/* The images of collect/procs.h: told apart, and opened. Internal to that. */
#ifndef PP_COLLECT_IMAGES_H
#define PP_COLLECT_IMAGES_H

#include "collect/procs.h"

/* The position of an image like this one, new if there is none. */
uint32_t pp_image_intern(struct pp_procs *p, const struct pp_image *image);

/* Open the file behind a region of a process, and find its module, once; quietly leaves it without
 * where that cannot be. */
void pp_image_open(struct pp_procs *p, const struct pp_proc *proc, const struct pp_region *r);

/* The same for one that a sample was in. */
void pp_image_use(struct pp_procs *p, const struct pp_proc *proc, const struct pp_region *r);

#endif
