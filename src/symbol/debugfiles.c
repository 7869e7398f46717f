/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates are made in order, opened, and checked. */
#include <config.h>

#include "symbol/debugfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/crc32.h"
#include "symbol/debuglink.h"

#define SYSTEM_DIR   "/usr/lib/debug"
#define MAX_CHECKSUM (4ULL << 30) /* of larger files no checksum is computed */

struct finder {
	const struct pp_debugfiles *where;
	const char *build_id;		 /* that it must have; "": not known */
	const struct pp_debuglink *link; /* NULL: none */
	struct stat own;		 /* of the file itself, which is not its own debug file */
	struct pp_debugfile found;
};

void pp_debugfile_release(struct pp_debugfile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
	*file = (struct pp_debugfile){.fd = -1};
}

/* Links in a container lead to places in the container, and never out of it. */
static int open_inside(int root, const char *path)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static int open_candidate(const struct finder *f, const char *path, bool inside)
{
	if (inside)
		return open_inside(f->where->root, path);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* Whether the file is the one that is looked for. */
static bool is_it(const struct finder *f, int fd)
{
	struct pp_elffile elf;
	struct pp_err ignored;
	struct stat st;
	uint32_t crc;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_dev == f->own.st_dev && st.st_ino == f->own.st_ino) ||
	    pp_elffile_open(&elf, fd, &ignored))
		return false;
	bool both = f->build_id[0] && elf.build_id[0];
	bool same = strcmp(f->build_id, elf.build_id) == 0;
	pp_elffile_release(&elf);
	if (both)
		return same;
	return f->link && pp_crc32_file(fd, MAX_CHECKSUM, &crc, &ignored) == 0 &&
	       crc == f->link->crc;
}

/* Try a path, which is freed or kept. */
static bool try_path(struct finder *f, char *path, bool inside)
{
	int fd = open_candidate(f, path, inside);

	if (fd >= 0 && is_it(f, fd)) {
		f->found = (struct pp_debugfile){fd, path, inside};
		return true;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return false;
}

static bool try_build_id(struct finder *f, struct pp_str dir, bool inside)
{
	const char *id = f->build_id;

	return strlen(id) > 2 &&
	       try_path(f,
			pp_xasprintf("%.*s/.build-id/%.2s/%s.debug", (int)dir.n, dir.p, id, id + 2),
			inside);
}

/* The two names that a debug file may have, in one folder, whose name may end with a '/'. */
static bool try_names(struct finder *f, const char *base, const char *folder, struct pp_str name,
		      bool inside)
{
	if (f->link && try_path(f, pp_xasprintf("%s%s/%s", base, folder, f->link->name), inside))
		return true;
	return name.n &&
	       try_path(f, pp_xasprintf("%s%s/%.*s.debug", base, folder, (int)name.n, name.p),
			inside);
}

/* The folder of an absolute path, "" for the root; owned by the caller. NULL for other paths. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return path[0] == '/' ? pp_xasprintf("%.*s", (int)(slash - path), path) : NULL;
}

static bool try_directory(struct finder *f, struct pp_str dir, const char *folder,
			  struct pp_str name)
{
	PP_CLEANUP(pp_freep) char *base = pp_xasprintf("%.*s", (int)dir.n, dir.p);

	if (try_build_id(f, dir, false))
		return true;
	if (f->build_id[0] && try_path(f, pp_xasprintf("%s/%s", base, f->build_id), false))
		return true;
	return (folder && try_names(f, base, folder, name, false)) ||
	       try_names(f, base, "", name, false);
}

/* Call try_directory for each of the list. */
static bool try_directories(struct finder *f, const char *folder, struct pp_str name)
{
	const char *dirs = f->where->dirs;

	while (dirs && *dirs) {
		size_t n = strcspn(dirs, ":");

		if (n && try_directory(f, (struct pp_str){dirs, n}, folder, name))
			return true;
		dirs += n + (dirs[n] == ':');
	}
	return false;
}

static bool try_system(struct finder *f, const char *folder, struct pp_str name, bool inside)
{
	struct pp_str none = {NULL, 0};

	if (try_build_id(f, PP_STR_LIT(SYSTEM_DIR), inside))
		return true;
	if (!folder)
		return false;

	PP_CLEANUP(pp_freep) char *below = pp_xasprintf("%s/.debug", folder);
	return try_names(f, "", folder, none, inside) || try_names(f, "", below, none, inside) ||
	       try_names(f, SYSTEM_DIR, folder, name, inside);
}

static bool has_debug_info(const struct pp_elffile *f)
{
	return pp_elffile_section(f, ".debug_info") || pp_elffile_section(f, ".zdebug_info");
}

static void ask_server(struct finder *f)
{
	if (f->build_id[0])
		f->found.fd = pp_debuginfod_find(f->where->server, f->build_id,
						 PP_DEBUGINFOD_DEBUGINFO, &f->found.path);
}

static void begin(struct finder *f, const struct pp_elffile *elf)
{
	f->found.fd = -1;
	if (elf->fd < 0 || fstat(elf->fd, &f->own) < 0)
		f->own = (struct stat){0};
}

struct pp_debugfile pp_debugfiles_find(const struct pp_debugfiles *where,
				       const struct pp_elffile *f, const char *path)
{
	struct pp_debuglink link;
	struct finder finder = {.where = where,
				.build_id = f->build_id,
				.link = pp_debuglink_read(&link, f) ? &link : NULL};
	PP_CLEANUP(pp_freep) char *folder = folder_of(path);
	struct pp_str name = pp_str_basename(pp_str_of(path));

	begin(&finder, f);
	if (!finder.build_id[0] && !finder.link)
		return finder.found; /* nothing could be proved to belong to it */
	if (!try_directories(&finder, folder, name) &&
	    !(where->root >= 0 && try_system(&finder, folder, name, true)) &&
	    !try_system(&finder, folder, name, false) && where->server && !has_debug_info(f))
		ask_server(&finder);
	return finder.found;
}

struct pp_debugfile pp_debugfiles_find_package(const struct pp_debugfiles *where, const char *path)
{
	struct finder f = {.where = where, .found = {.fd = -1}};
	bool inside = where->root >= 0;
	struct stat st;

	if (path[0] != '/')
		return f.found;
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s.dwp", path);
	int fd = open_candidate(&f, name, inside);
	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	f.found.fd = fd;
	return f.found;
}

/* Where the file itself says that it is. */
static bool try_as_named(struct finder *f, const char *name, const struct pp_debugfile *file)
{
	PP_CLEANUP(pp_freep) char *folder = file->path ? folder_of(file->path) : NULL;

	if (name[0] == '/')
		return (f->where->root >= 0 && try_path(f, pp_xstrdup(name), true)) ||
		       try_path(f, pp_xstrdup(name), false);
	return folder && try_path(f, pp_xasprintf("%s/%s", folder, name), file->inside);
}

struct pp_debugfile pp_debugfiles_find_alt(const struct pp_debugfiles *where,
					   const struct pp_elffile *f,
					   const struct pp_debugfile *file)
{
	struct pp_debugaltlink link;
	struct finder finder = {.where = where};
	struct pp_str system = PP_STR_LIT(SYSTEM_DIR);

	begin(&finder, f);
	if (!pp_debugaltlink_read(&link, f))
		return finder.found;
	finder.build_id = link.build_id;
	if (!try_directories(&finder, NULL, pp_str_basename(pp_str_of(link.name))) &&
	    !try_as_named(&finder, link.name, file) &&
	    !(where->root >= 0 && try_build_id(&finder, system, true)) &&
	    !try_build_id(&finder, system, false) && where->server)
		ask_server(&finder);
	return finder.found;
}
