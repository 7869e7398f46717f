/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are kept that can be made again. */
#ifndef PP_CMD_CACHE_FOLDER_H
#define PP_CMD_CACHE_FOLDER_H

/* $XDG_CACHE_HOME/pyroprof/NAME, else ~/.cache/pyroprof/NAME, owned by the caller; NULL if neither
 * is set to an absolute path (XDG Base Directory Specification). */
char *pp_cache_folder(const char *name);

#endif
