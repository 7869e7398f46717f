/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The few kernel types that the programs here read, for CO-RE: libbpf finds the real offsets in the
 * running kernel's BTF, so only names and types of the members matter. Written by hand, so that
 * neither the build nor the result depends on the kernel of the building machine.
 */
#ifndef PP_VMLINUX_MIN_H
#define PP_VMLINUX_MIN_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

#define TASK_COMM_LEN 16

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_RINGBUF = 27
};
enum { BPF_F_USER_STACK = 1 << 8 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1 << 10 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum { BPF_ANY = 0 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mm_struct;

struct task_struct {
	struct task_struct *group_leader;
	struct mm_struct *mm;
	int tgid;
	unsigned in_execve : 1;
	char comm[TASK_COMM_LEN];
};

/* The registers of x86-64 and arm64 under their own names; a target has one of the two. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r10, bp, ip, cs, sp;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	__u64 sp, pc, pstate;
};
#else
#error "no registers known for this machine"
#endif

#pragma clang attribute pop

/* What a program on a perf event is given (include/uapi/linux/bpf_perf_event.h). The registers in
 * front are those of uapi/asm/ptrace.h. */
struct bpf_perf_event_data {
#if defined(__TARGET_ARCH_x86)
	unsigned long regs[21];
#else
	__u64 regs[34];
#endif
	__u64 sample_period;
	__u64 addr;
};

#endif
