/* SPDX-License-Identifier: Apache-2.0 */
/* The walk of user space, compiled for arm64 wherever it runs. */
#include <config.h>

#define PP_UNWIND_ARM64 1
#define pp_unwind_walk	walk_arm64
#include "unwind/walk.c"
