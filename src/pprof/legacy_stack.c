/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks of addresses, and what is done to the values that go with them. */
#include <config.h>

#include "pprof/legacy_stack.h"

#include <math.h>
#include <string.h>

#include "pprof/legacy_text.h"

/* Functions of allocators and locks, by which their callers are to be seen instead. What the names
 * are is known from google/pprof (profile/legacy_profile.go). */
#define C_ALLOCATOR                                             \
	"c?free|[cm]alloc|realloc|p?valloc|(do_)?memalign|"     \
	"(__)?posix_memalign|__libc_malloc|_M_allocate|"        \
	"(::)?do_malloc(_no_errno|_pages)?|DoSampledAllocation" \
	"|malloc_zone_([cmv]alloc|realloc|memalign|free)"
#define TCMALLOC                                                               \
	"tcmalloc::.*|tc_(c?free|[cm]alloc|realloc|p?valloc|(posix_)?memalign" \
	"|(new|delete)(array)?|new(array)?_nothrow)"
#define CXX_ALLOCATOR                                                                   \
	"operator new(\\[\\])?|__builtin_(vec_)?(new|delete)|cpp_alloc|"                \
	"((simple_alloc|__malloc_alloc_template|__gnu_cxx::new_allocator)::)?allocate|" \
	"BaseArena::.*|MallocedMemBlock::MallocedMemBlock"
#define GO_RUNTIME	"runtime\\..*"
#define GO_RUNTIME_KEPT "runtime\\.(panic|reflectcall|call[0-9]*)"
#define LOCKS                                                                   \
	"(base::)?(RecordLockProfileData|Submit(Mutex|SpinLock)ProfileData).*|" \
	"((base::)?Mutex::)?(AwaitCommon|(Reader)?Unlock).*|"                   \
	"((base::)?MutexLock::)?~MutexLock.*|"                                  \
	"(SpinLock::)?(Slow)?Unlock.*|(SpinLockHolder::)?~SpinLockHolder.*"
#define SAMPLER                                                \
	"ProfileData::Add|(Cpu)?Profile(r|Data)::prof_handler" \
	"|__pthread_sighandler|__restore"

void pp_legacy_drop_frames(struct pp_builder *b, enum pp_legacy_drop which)
{
	static const char *const drop[] = {
		[PP_LEGACY_DROP_ALLOCATOR] =
			C_ALLOCATOR "|" TCMALLOC "|" CXX_ALLOCATOR "|" GO_RUNTIME,
		[PP_LEGACY_DROP_LOCKS] = LOCKS,
		[PP_LEGACY_DROP_SAMPLER] = SAMPLER,
	};

	b->head.drop_frames = pp_builder_string(b, pp_str_of(drop[which]));
	if (which == PP_LEGACY_DROP_ALLOCATOR)
		b->head.keep_frames = pp_builder_string(b, PP_STR_LIT(GO_RUNTIME_KEPT));
}

void pp_legacy_period(struct pp_builder *b, const char *type, const char *unit, int64_t period)
{
	b->head.has_period_type = true;
	b->head.period_type.type = pp_builder_string(b, pp_str_of(type));
	b->head.period_type.unit = pp_builder_string(b, pp_str_of(unit));
	b->head.period = period;
}

void pp_legacy_push(struct pp_legacy_stack *s, uint64_t address)
{
	uint32_t location = pp_builder_location(s->b, PP_NONE, address, NULL, 0);

	pp_buf_add(&s->locations, &location, sizeof(location));
	s->n++;
}

int pp_legacy_push_text(struct pp_legacy_stack *s, struct pp_str text, uint64_t adjust)
{
	uint64_t address;
	int rc;

	while ((rc = pp_text_next_address(&text, &address)) == 1)
		pp_legacy_push(s, address - adjust);
	return rc;
}

static uint32_t *positions(const struct pp_legacy_stack *s)
{
	return (uint32_t *)(void *)s->locations.p;
}

void pp_legacy_drop_double_leaf(struct pp_legacy_stack *s)
{
	uint32_t *p = positions(s);

	if (s->n < 2 || pp_builder_location_at(s->b, p[0])->address !=
				pp_builder_location_at(s->b, p[1])->address + 1)
		return;
	s->n--;
	memmove(p + 1, p + 2, (s->n - 1) * sizeof(*p));
	s->locations.n -= sizeof(*p);
}

int pp_legacy_sample(struct pp_legacy_stack *s, const int64_t *values, const int64_t *bytes,
		     struct pp_err *err)
{
	struct pp_builder_label label = {0};

	if (s->b->head.nlocations > PP_LEGACY_MAX_LOCATIONS)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u different addresses",
				  PP_LEGACY_MAX_LOCATIONS);
	if (bytes) {
		label.key = pp_builder_string(s->b, PP_STR_LIT("bytes"));
		label.num = *bytes;
		s->b->head.zero_labels = true;
	}
	pp_builder_sample(s->b, positions(s), s->n, values, &label, bytes ? 1 : 0);
	pp_buf_clear(&s->locations);
	s->n = 0;
	return 0;
}

void pp_legacy_unsample(int64_t *count, int64_t *size, int64_t rate)
{
	double factor;

	if (*count == 0 || *size == 0) {
		*count = *size = 0;
	} else if (rate > 1) {
		factor = 1 / (1 - exp(-((double)*size / (double)*count) / (double)rate));
		*count = pp_legacy_truncate((double)*count * factor);
		*size = pp_legacy_truncate((double)*size * factor);
	}
}
