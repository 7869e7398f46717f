/* SPDX-License-Identifier: Apache-2.0 */
/* Trying the places where a binary may be. */
#include <config.h>

#include "symbol/binary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define MAX_NAMES 64 /* files in a directory named by a build id */

struct finder {
	struct pp_binary *b;
	const struct pp_binary_place *place;
	pp_binary_ignored ignored;
	void *context;
	bool mismatch;
};

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int read_binary(struct pp_binary *b, const char *path, struct pp_err *err)
{
	PP_CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return pp_err_set(err, PP_ERR_IO, "cannot read '%s': not a regular file", path);
	b->elf = pp_elf_open(fd, err);
	if (!b->elf || pp_symlist_read(&b->symbols, fd, err)) {
		pp_binary_release(b);
		return pp_err_wrap(err, "cannot read '%s'", path);
	}
	b->path = pp_xstrdup(path);
	return 0;
}

void pp_binary_release(struct pp_binary *b)
{
	free(b->path);
	pp_elf_free(b->elf);
	pp_symlist_release(&b->symbols);
	*b = (struct pp_binary){0};
}

/* Whether `path` is the file. */
static bool try_path(struct finder *f, const char *path, struct pp_err *err)
{
	struct pp_str wanted = f->place->build_id, found;

	if (read_binary(f->b, path, err))
		return false;
	found = pp_elf_build_id(f->b->elf);
	if (wanted.n == 0 || pp_str_eq(wanted, found))
		return true;
	f->ignored(f->context, path, wanted, found);
	f->mismatch = true;
	pp_binary_release(f->b);
	return false;
}

static bool try_parts(struct finder *f, struct pp_str dir, struct pp_str a, struct pp_str b)
{
	PP_CLEANUP(pp_freep)
	char *path = pp_xasprintf("%.*s/%.*s%s%.*s", (int)dir.n, dir.p, (int)a.n, a.p,
				  b.n ? "/" : "", (int)b.n, b.p);
	struct pp_err ignored;

	/* a NUL in a name ends it early */
	return strlen(path) == dir.n + 1 + a.n + (b.n ? 1 + b.n : 0) && try_path(f, path, &ignored);
}

static bool try_any_name(struct finder *f, struct pp_str dir, struct pp_str build_id,
			 struct pp_str tried)
{
	PP_CLEANUP(pp_freep)
	char *folder = pp_xasprintf("%.*s/%.*s", (int)dir.n, dir.p, (int)build_id.n, build_id.p);
	DIR *d = opendir(folder);
	struct dirent *entry;
	bool found = false;

	if (!d)
		return false;
	for (int i = 0; i < MAX_NAMES && !found && (entry = readdir(d)); i++)
		found = entry->d_name[0] != '.' && !pp_str_eq(pp_str_of(entry->d_name), tried) &&
			try_parts(f, dir, build_id, pp_str_of(entry->d_name));
	closedir(d);
	return found;
}

/* Build ids become parts of paths. */
static bool is_plain(struct pp_str build_id)
{
	for (size_t i = 0; i < build_id.n; i++) {
		char c = (char)(build_id.p[i] | 0x20);

		if (!(c >= 'a' && c <= 'z') && !(build_id.p[i] >= '0' && build_id.p[i] <= '9'))
			return false;
	}
	return build_id.n > 0;
}

static bool try_directory(struct finder *f, struct pp_str dir)
{
	struct pp_str file = f->place->file, id = f->place->build_id;
	struct pp_str base = pp_str_basename(file), none = {"", 0};

	if (is_plain(id) &&
	    ((base.n && try_parts(f, dir, id, base)) || try_any_name(f, dir, id, base) ||
	     (file.n && try_parts(f, dir, file, id))))
		return true;
	return base.n && (try_parts(f, dir, base, none) || try_parts(f, dir, file, none));
}

int pp_binary_open(struct pp_binary *b, const struct pp_binary_place *place, const char *search,
		   pp_binary_ignored ignored, void *context, struct pp_err *err)
{
	struct finder f = {.b = b, .place = place, .ignored = ignored, .context = context};
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%.*s", (int)place->file.n, place->file.p);

	*b = (struct pp_binary){0};
	while (search && *search) {
		size_t n = strcspn(search, ":");

		if (n && try_directory(&f, (struct pp_str){search, n}))
			return 0;
		search += n + (search[n] == ':');
	}
	if (place->file.n == 0)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "the profile does not name the program");
	if (try_path(&f, file, err))
		return 0;
	if (f.mismatch)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "cannot find '%s' as it was recorded",
				  file);
	return -1;
}

bool pp_binary_address(const struct pp_binary *b, const struct pp_binary_place *place,
		       uint64_t address, uint64_t *out)
{
	/* a mapping of everything is no mapping: the addresses are the file's already */
	if (place->start == 0 && place->offset == 0 &&
	    (place->limit == 0 || place->limit == UINT64_MAX)) {
		*out = address;
		return true;
	}
	if (address < place->start || address >= place->limit)
		return false;
	return pp_elf_file_to_vaddr(b->elf, address - place->start + place->offset, out);
}
