/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/storage.h"

#include <stddef.h>

const struct pp_storage *const pp_storages[] = {&pp_storage_loose, &pp_storage_segment, NULL};
