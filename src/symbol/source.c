/* SPDX-License-Identifier: Apache-2.0 */
/* Names as pprof makes them, its search, and a cache of files. */
#include <config.h>

#include "symbol/source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/path.h"
#include "io/file.h"
#include "symbol/gosource.h"

#define MAX_FILE  (16u << 20)  /* bytes of one file; offsets fit uint32_t */
#define MAX_TOTAL (256u << 20) /* of all that are kept */
#define MAX_DIRS  1024	       /* to look in, parents included */

/* What became of one pair of names: a file, or why there is none. */
struct entry {
	struct pp_text text;
	struct pp_file file;
	char *path;
	struct pp_err err;
};

struct pp_sources {
	struct pp_source_paths paths;
	char *search; /* paths.search, or the current directory */
	char **dirs;  /* of `search`, each followed by its parents */
	size_t ndirs, dirs_cap;
	struct pp_gosource go;
	struct pp_strtab keys; /* entry i is key i + 1 */
	struct entry **entries;
	size_t entries_cap;
	size_t total;
	struct pp_file found; /* by try_file */
	char *found_path;
	struct pp_err why; /* it could not be read */
};

static struct pp_str after(struct pp_str s, size_t n)
{
	return (struct pp_str){s.p + n, s.n - n};
}

/* The next element of a list; false at its end. An empty list has none, "a:" has two. */
static bool next_of_list(const char **list, struct pp_str *item)
{
	if (!*list || !**list)
		return false;
	item->p = *list;
	item->n = strcspn(*list, ":");
	*list += item->n;
	if (**list == ':' && (*list)[1])
		(*list)++;
	else if (**list == ':')
		*list = NULL; /* what follows a last colon is left out, being empty */
	return true;
}

/* The last part of a path, "." for none. */
static struct pp_str base_of(struct pp_str path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	path = pp_str_basename(path);
	return path.n ? path : PP_STR_LIT(".");
}

/* What pprof leaves of a name. Without prefixes to cut, a directory of the search path that has the
 * same name as one in the path is taken for the same one. Rules: google/pprof, trimPath. */
static struct pp_str trim(struct pp_str name, const char *prefixes, const char *search)
{
	static const char standard[] = "/proc/self/cwd/./:/proc/self/cwd/";
	struct pp_str item;

	if (!prefixes || !*prefixes) {
		while (next_of_list(&search, &item)) {
			PP_CLEANUP(pp_freep)
			char *want = pp_xasprintf("/%.*s/", (int)base_of(item).n, base_of(item).p);
			const char *at = name.n ? memmem(name.p, name.n, want, strlen(want)) : NULL;

			if (at)
				return after(name, (size_t)(at - name.p) + strlen(want));
		}
	}
	for (int i = 0; i < 2; i++) {
		const char *list = i ? standard : prefixes;

		while (next_of_list(&list, &item)) {
			bool open = item.n == 0 || item.p[item.n - 1] != '/';

			if (!pp_str_starts(name, item))
				continue;
			if (!open || (name.n > item.n && name.p[item.n] == '/'))
				return after(name, item.n + open);
		}
	}
	return name;
}

void pp_source_name(const struct pp_source_paths *paths, struct pp_str name, struct pp_buf *out)
{
	struct pp_str rest = trim(name, paths->trim, paths->search);

	if (rest.n)
		pp_path_clean(out, rest);
}

/* Cut the last part off a clean path; false if there is nothing above it. */
static bool to_parent(struct pp_buf *path)
{
	const char *slash = memrchr(path->p, '/', path->n);
	struct pp_str here = pp_buf_view(path);

	if (pp_str_eq(here, PP_STR_LIT("/")) || pp_str_eq(here, PP_STR_LIT(".")))
		return false;
	if (!slash) {
		pp_buf_clear(path);
		pp_buf_char(path, '.');
		return true;
	}
	path->n = slash == path->p ? 1 : (size_t)(slash - path->p);
	return true;
}

static void add_dirs(struct pp_sources *s, struct pp_str dir)
{
	struct pp_buf b = PP_BUF_INIT;

	pp_path_clean(&b, dir);
	do {
		if (s->ndirs == MAX_DIRS)
			break;
		s->dirs = pp_grow(s->dirs, &s->dirs_cap, s->ndirs + 1, sizeof(*s->dirs));
		s->dirs[s->ndirs++] = pp_xasprintf("%.*s", (int)b.n, b.p);
	} while (to_parent(&b));
	pp_buf_release(&b);
}

static bool is_below(const char *path, struct pp_str dir)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf clean = PP_BUF_INIT;

	pp_path_clean(&clean, dir);
	if (pp_str_eq(pp_buf_view(&clean), PP_STR_LIT("/")))
		return path[0] == '/';
	if (pp_str_eq(pp_buf_view(&clean), PP_STR_LIT(".")))
		return path[0] != '/' && strncmp(path, "..", 2) != 0;
	return pp_str_starts(pp_str_of(path), pp_buf_view(&clean)) && path[clean.n] == '/';
}

/* Whether a profile may have a file shown. One that not everybody may read, such as /etc/shadow to
 * root, has to be in a directory that the user has named, or is in. */
static bool may_show(const struct pp_sources *s, const char *path)
{
	const char *list = s->search;
	struct pp_str dir;
	struct stat st;

	if (stat(path, &st) < 0 || st.st_mode & S_IROTH)
		return true;
	while (next_of_list(&list, &dir)) {
		if (is_below(path, dir))
			return true;
	}
	return false;
}

static bool try_file(void *context, const char *path)
{
	struct pp_sources *s = context;

	if (pp_file_read_regular(&s->found, path, MAX_FILE, &s->why))
		return false;
	if (may_show(s, path)) {
		free(s->found_path);
		s->found_path = pp_xstrdup(path);
		return true;
	}
	pp_file_release(&s->found);
	pp_err_set(&s->why, PP_ERR_UNSUPPORTED,
		   "open %s: not everybody may read it, and it is in no directory to look in",
		   path);
	return false;
}

struct pp_sources *pp_sources_new(const struct pp_source_paths *paths)
{
	struct pp_sources *s = pp_xcalloc(1, sizeof(*s));
	char *here = NULL;

	*s = (struct pp_sources){.paths = *paths};
	if (paths->search && *paths->search)
		s->search = pp_xstrdup(paths->search);
	else
		s->search = here = getcwd(NULL, 0);
	if (!s->search)
		s->search = pp_xstrdup(".");

	const char *list = s->search;
	struct pp_str dir;
	if (here)
		add_dirs(s, pp_str_of(here)); /* which may have a colon in its name */
	while (!here && next_of_list(&list, &dir))
		add_dirs(s, dir);
	s->go = (struct pp_gosource){
		.paths = &s->paths,
		.dirs = s->dirs,
		.ndirs = s->ndirs,
		.try = try_file,
		.context = s,
	};
	pp_strtab_init(&s->keys);
	return s;
}

void pp_sources_free(struct pp_sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i + 1 < s->keys.count; i++) {
		pp_file_release(&s->entries[i]->file);
		pp_text_release(&s->entries[i]->text);
		free(s->entries[i]->path);
		free(s->entries[i]);
	}
	free(s->entries);
	pp_strtab_release(&s->keys);
	pp_gosource_release(&s->go);
	for (size_t i = 0; i < s->ndirs; i++)
		free(s->dirs[i]);
	free(s->dirs);
	free(s->search);
	free(s->found_path);
	free(s);
}

/* dir/name, as Go's filepath.Join has it. */
static bool try_below(struct pp_sources *s, const char *dir, struct pp_str name)
{
	struct pp_buf joined = PP_BUF_INIT, path = PP_BUF_INIT;

	pp_buf_str(&joined, dir);
	pp_buf_char(&joined, '/');
	pp_buf_add(&joined, name.p, name.n);
	pp_path_clean(&path, pp_buf_view(&joined));
	pp_buf_char(&path, '\0');
	bool found = strlen(path.p) + 1 == path.n && try_file(s, path.p);
	pp_buf_release(&joined);
	pp_buf_release(&path);
	return found;
}

static bool try_absolute(struct pp_sources *s, struct pp_str name)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%.*s", (int)name.n, name.p);

	return name.n && name.p[0] == '/' && strlen(path) == name.n && try_file(s, path);
}

/* In pprof's words, which are Go's: what glibc says begins with a capital there. */
static int not_found(const struct pp_sources *s, struct pp_str name, struct pp_err *err)
{
	if (name.n == 0 || name.p[0] != '/')
		return pp_err_set(err, PP_ERR_NOT_FOUND, "could not find file %.*s on path %s",
				  (int)name.n, name.p, s->search);
	if (s->why.kind == PP_ERR_PERMISSION)
		return pp_err_set(err, PP_ERR_PERMISSION, "open %.*s: permission denied",
				  (int)name.n, name.p);
	if (s->why.kind == PP_ERR_NOT_FOUND)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "open %.*s: no such file or directory",
				  (int)name.n, name.p);
	*err = s->why;
	return -1;
}

/* As pprof looks for it. */
static int find_plain(struct pp_sources *s, struct pp_str shown, struct pp_err *err)
{
	struct pp_str name = trim(shown, s->paths.trim, s->search);

	s->why = (struct pp_err)PP_ERR_INIT;
	if (name.n && name.p[0] == '/') {
		if (try_absolute(s, name))
			return 0;
	} else {
		for (size_t i = 0; name.n && i < s->ndirs; i++) {
			if (try_below(s, s->dirs[i], name))
				return 0;
		}
	}
	return not_found(s, name, err);
}

static int find_file(struct pp_sources *s, struct pp_str shown, struct pp_str name,
		     struct pp_err *err)
{
	if (find_plain(s, shown, err) == 0)
		return 0;
	if (try_absolute(s, name) || pp_gosource_find(&s->go, name) ||
	    (!pp_str_eq(shown, name) && pp_gosource_find(&s->go, shown)))
		return 0;
	return -1;
}

static void load(struct pp_sources *s, struct entry *e, struct pp_str shown, struct pp_str name)
{
	if (find_file(s, shown, name, &e->err))
		return;
	if (s->total + s->found.n > MAX_TOTAL) {
		pp_file_release(&s->found);
		pp_err_set(&e->err, PP_ERR_LIMIT, "more than %u MiB of source", MAX_TOTAL >> 20);
		return;
	}
	e->file = s->found;
	s->found = (struct pp_file){0};
	e->path = s->found_path;
	s->found_path = NULL;
	s->total += e->file.n;
	e->err = (struct pp_err)PP_ERR_INIT;
	pp_text_init(&e->text, (const char *)e->file.bytes, (uint32_t)e->file.n);
}

const struct pp_text *pp_source_read(struct pp_sources *s, struct pp_str shown, struct pp_str name,
				     struct pp_err *err)
{
	struct pp_buf key = PP_BUF_INIT;
	size_t known = s->keys.count;

	pp_buf_fmt(&key, "%zu:", shown.n); /* never empty, which would be id 0 */
	pp_buf_add(&key, shown.p, shown.n);
	pp_buf_add(&key, name.p, name.n);
	uint32_t id = pp_strtab_add(&s->keys, pp_buf_view(&key));
	pp_buf_release(&key);
	if (id >= known) {
		s->entries = pp_grow(s->entries, &s->entries_cap, id, sizeof(*s->entries));
		s->entries[id - 1] = pp_xcalloc(1, sizeof(struct entry));
		load(s, s->entries[id - 1], shown, name);
	}

	const struct entry *e = s->entries[id - 1];
	if (e->err.kind == PP_ERR_NONE)
		return &e->text;
	*err = e->err;
	return NULL;
}

const char *pp_source_path(const struct pp_sources *s, const struct pp_text *text)
{
	for (size_t i = 0; i + 1 < s->keys.count; i++) {
		if (&s->entries[i]->text == text)
			return s->entries[i]->path;
	}
	return NULL;
}
