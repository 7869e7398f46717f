#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What can be measured of the style: layout, licence lines, lengths, guards, scripts, spelling.
. "$(dirname "$0")/lint.bash"

MAX_FILE=600
MAX_FUNCTION=100

mapfile -t code < <(sources '*.c' '*.h')
mapfile -t build < <(sources '*.mk' '*.m4' '*.ac' '*.am')
mapfile -t prose < <(sources '*.md' '*.[1-9]' NEWS)
mapfile -t other < <(sources '*.py' '*.proto')
# scripts by their first line, whatever they are called
mapfile -t scripts < <(
	sources check quickstart run '*.sh' '*.bash' '*.bats' | sort -u |
		grep -v '^build-aux/tap-driver\.sh$'
)

check_layout()
{
	clang-format --dry-run -Werror "${code[@]}" 2>&1 | grep error:
}

check_licence()
{
	local file licence

	for file in "${code[@]}" "${scripts[@]}" "${build[@]}" "${other[@]}"; do
		# the kernel wants its licence for what it runs
		case $file in
		src/collect/bpf/* | src/unwind/frame.h | src/unwind/row.h | src/unwind/step.h)
			licence="GPL-2.0 OR BSD-2-Clause"
			;;
		*) licence="Apache-2.0" ;;
		esac
		head -3 "$file" | grep -q "SPDX-License-Identifier: $licence" ||
			echo "$file: no SPDX line, or not $licence"
	done
}

check_file_length()
{
	wc -l "${code[@]}" "${scripts[@]}" |
		awk -v max=$MAX_FILE '$2 != "total" && $1 > max { print $2 ": " $1 " lines, over " max }'
}

# Tables may be long, functions may not.
check_function_length()
{
	ctags -x --_xformat='%F %N %n %e' --c-kinds=f --languages=C "${code[@]}" 2>/dev/null |
		awk -v max=$MAX_FUNCTION '$4 - $3 + 1 > max {
			print $1 ":" $3 ": " $2 "() has " $4 - $3 + 1 " lines, over " max }'
}

# PP_DIR_FILE_H for src/dir/file.h; what the kernel side shares has names of its own, PP_..._H.
check_guards()
{
	local file guard

	while read -r file; do
		guard=PP_$(tr 'a-z/.-' 'A-Z___' <<<"${file#src/}")
		[[ $file != src/collect/bpf/* ]] || guard='PP_[A-Z_]*_H'
		grep -qx "#ifndef $guard" "$file" && grep -qx "#define $guard" "$file" ||
			echo "$file: no guard $guard"
	done < <(find src -name '*.h')
}

check_whitespace()
{
	grep -nE '[[:space:]]+$' "${code[@]}" "${scripts[@]}" "${build[@]}" "${prose[@]}" "${other[@]}"
	grep -nP '^ {8}' "${code[@]}" "${scripts[@]}" "${build[@]}"
}

check_scripts()
{
	local file options=(--severity=warning --external-sources --source-path=SCRIPTDIR) plain=() bats=()

	for file in "${scripts[@]}"; do
		case $file in tests/cli/*) bats+=("$file") ;; *) plain+=("$file") ;; esac
	done
	shellcheck "${options[@]}" "${plain[@]}"
	# there, variables come from bats and from the runner
	shellcheck "${options[@]}" --shell=bats --exclude=SC2154,SC2034 "${bats[@]}"
}

check_spelling()
{
	codespell "${code[@]}" "${scripts[@]}" "${build[@]}" "${prose[@]}" "${other[@]}" 2>&1
}

check_executable()
{
	local file

	for file in "${scripts[@]}"; do
		case $file in *.bash | *.bats) continue ;; esac
		[ -x "$file" ] || echo "$file: starts with #! and is not executable"
	done
}

lint_with clang-format "layout as clang-format has it" check_layout
lint "SPDX line in every source" check_licence
lint "no file over $MAX_FILE lines" check_file_length
lint_with ctags "no function over $MAX_FUNCTION lines" check_function_length
lint "header guards" check_guards
lint "tabs, and no blanks at line ends" check_whitespace
lint "scripts are executable" check_executable
lint_with shellcheck "shellcheck" check_scripts
lint_with codespell "spelling" check_spelling
lint_done
