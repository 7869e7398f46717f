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
#include "symbol/elffile.h"

#define MAX_NAMES 64 /* files in a directory named by a build id */

struct finder {
	const struct pp_binary_place *place;
	pp_binary_ignored ignored;
	void *context;
	bool mismatch;
	char *path; /* of the file that was found, */
	int fd;	    /* and open */
};

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int open_regular(const char *path, struct pp_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd < 0)
		return pp_err_sys(err, errno, "cannot read '%s'", path);
	close(fd);
	return pp_err_set(err, PP_ERR_IO, "cannot read '%s': not a regular file", path);
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
	struct pp_elffile elf;
	int fd = open_regular(path, err);

	if (fd < 0)
		return false;
	if (pp_elffile_open(&elf, fd, err)) {
		close(fd);
		pp_err_wrap(err, "cannot read '%s'", path);
		return false;
	}
	found = pp_str_of(elf.build_id);
	bool same = wanted.n == 0 || pp_str_eq(wanted, found);
	if (!same) {
		f->ignored(f->context, path, wanted, found);
		f->mismatch = true;
		close(fd);
	} else {
		f->fd = fd;
		f->path = pp_xstrdup(path);
	}
	pp_elffile_release(&elf);
	return same;
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

static int find(struct finder *f, const char *search, struct pp_err *err)
{
	struct pp_str name = f->place->file;
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%.*s", (int)name.n, name.p);

	while (search && *search) {
		size_t n = strcspn(search, ":");

		if (n && try_directory(f, (struct pp_str){search, n}))
			return 0;
		search += n + (search[n] == ':');
	}
	if (name.n == 0)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "the profile does not name the program");
	if (try_path(f, file, err))
		return 0;
	if (f->mismatch)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "cannot find '%s' as it was recorded",
				  file);
	return -1;
}

int pp_binary_find(const struct pp_binary_place *place, const char *search,
		   pp_binary_ignored ignored, void *context, char **path, struct pp_err *err)
{
	struct finder f = {.place = place, .ignored = ignored, .context = context, .fd = -1};

	if (find(&f, search, err))
		return -1;
	*path = f.path;
	return f.fd;
}

int pp_binary_open(struct pp_binary *b, const struct pp_binary_place *place, const char *search,
		   pp_binary_ignored ignored, void *context, struct pp_err *err)
{
	*b = (struct pp_binary){0};
	PP_CLEANUP(close_fd)
	int fd = pp_binary_find(place, search, ignored, context, &b->path, err);

	if (fd < 0)
		return -1;
	b->elf = pp_elf_open(fd, err);
	if (b->elf && pp_symlist_read(&b->symbols, fd, err) == 0)
		return 0;
	pp_err_wrap(err, "cannot read '%s'", b->path);
	pp_binary_release(b);
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
