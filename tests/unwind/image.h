/* SPDX-License-Identifier: Apache-2.0 */
/* ELF files made by hand, of nothing but code and call frame information. */
#ifndef PP_TESTS_UNWIND_IMAGE_H
#define PP_TESTS_UNWIND_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define IMAGE_CODE     0x10000 /* where the executable segment is loaded */
#define IMAGE_CODE_END 0x20000
#define IMAGE_EH_FRAME 0x30000

enum image_flags {
	IMAGE_ARM64 = 1,
	IMAGE_STRIPPED = 2, /* no section headers; .eh_frame_hdr says where .eh_frame is */
	IMAGE_DEFLATED = 4, /* .debug_frame is compressed, as SHF_COMPRESSED has it */
	IMAGE_OLD_ZLIB = 8, /* the same as .zdebug_frame */
};

struct image {
	struct pp_buf eh_frame, debug_frame;
	struct pp_buf code; /* the first bytes of the segment */
	int flags;
};

/* The file; the caller releases both. */
struct pp_buf image_make(const struct image *im);
void image_release(struct image *im);

void put_number(struct pp_buf *b, uint64_t v, size_t n);

/* What a CIE says before its instructions. Without `augmentation`: "zR", relative to the place. */
struct cie {
	const char *augmentation;
	const char *data; /* of the augmentation */
	size_t data_n;
	uint8_t version; /* 0: 1 */
	uint8_t ra;	 /* 0: the usual one */
	bool debug;	 /* for .debug_frame, augmentation "" */
	bool wide;	 /* 64-bit DWARF */
};

/* Append a CIE; returns its offset, which its FDEs name. x86-64: CFA = rsp + 8, return address at
 * CFA - 8, factors 1 and -8; arm64: CFA = sp, 4 and -8. */
size_t put_cie(struct pp_buf *b, const struct cie *c, int flags);

/* Append an FDE of it. `instructions` have n bytes. */
void put_fde(struct pp_buf *b, const struct cie *c, size_t cie, uint64_t pc, uint64_t size,
	     const char *instructions, size_t n);

#endif
