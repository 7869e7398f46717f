#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the sources of src/, with the checks of .clang-tidy, on all processors: it takes minutes.
: "${top_builddir:=$PWD}"
. "$(dirname "$0")/lint.bash"

# What the kernel runs is compiled otherwise.
mapfile -t code < <(find src -name '*.c' ! -path 'src/collect/bpf/*' | sort)

# As the compiler sees them, from the build tree; what is found in a header once.
check_tidy()
{
	local flags

	# this may be run by another make, whose ways are not ours
	read -ra flags < <(MAKEFLAGS='' make -s --no-print-directory -C "$top_builddir" print-cppflags)
	(cd "$top_builddir" && printf '%s\0' "${code[@]/#/$root/}" |
		xargs -0 -n 4 -P "$(nproc)" bash -c '
			clang-tidy --quiet "${@:$1 + 2}" -- "${@:2:$1}" 2>/dev/null
		' bash "${#flags[@]}" "${flags[@]}") |
		awk '/ (warning|error): / { seen = shown[$0]++ } !seen'
}

lint_with clang-tidy "clang-tidy, ${#code[@]} files" check_tidy
lint_done
