#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The borders of the source tree: which folder may include which, and the one folder that may use
# each library. A folder or a library that is not in these tables is a finding as well.
. "$(dirname "$0")/lint.bash"

declare -A may=(
	[base]=""
	[io]="base"
	[profile]="base"
	[pprof]="base io profile"
	[convert]="base io profile"
	[symbol]="base io profile"
	[unwind]="base io symbol"
	[analyze]="base profile"
	[render]="base io profile analyze"
	[collect]="base io profile pprof symbol unwind"
	[doctor]="base io symbol unwind collect"
	[archive]="base io profile pprof"
	[gate]="base io profile analyze render"
	[tui]="base io profile analyze render"
	[cli]="base io"
	[cmd]="base io profile pprof convert symbol unwind analyze render collect doctor archive gate tui cli"
)

# Library: the folder that uses it, and its headers as an extended regular expression.
libraries="
zlib io zlib\.h|zconf\.h
libdeflate io libdeflate\.h
libcurl io curl/.*
dlopen io dlfcn\.h
jansson io jansson\.h
protobuf-c pprof protobuf-c/.*|.*\.pb-c\.h
libelf none libelf\.h|gelf\.h|nlist\.h
libdw symbol dwarf\.h|elfutils/.*
liblzma io lzma\.h
libiberty symbol libiberty/.*|demangle\.h
libbpf collect bpf/.*|.*\.skel\.h
libzstd io zstd.*\.h
libmd io sha2\.h
libyaml io yaml\.h
libcrypto none openssl/.*
ncurses tui .*curses.*\.h|panel\.h|term\.h|form\.h|menu\.h
pcre2 base pcre2.*\.h
"

# file:line:header of every include below $1, with < or " in front of the header.
includes_of()
{
	grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]' "$1" |
		sed -nE 's/^([^:]*:[0-9]+):[^<"]*([<"][^>"]*)[>"].*/\1:\2/p'
}

# Quoted includes name a folder: "base/err.h". Beside them only generated headers may be quoted.
check_folder()
{
	local folder=$1 file line header target

	while IFS=: read -r file line header; do
		case $header in
		\"*.skel.h | \"*.pb-c.h) continue ;;
		\"*/*) target=${header#\"} target=${target%%/*} ;;
		\"*)
			[ -e "$(dirname "$file")/${header#\"}" ] && [[ $file == src/collect/bpf/* ]] ||
				echo "$file:$line: $header\" does not name its folder"
			continue
			;;
		*) continue ;;
		esac
		[ "$target" = "$folder" ] && continue
		[[ " ${may[$folder]} " == *" $target "* ]] ||
			echo "$file:$line: $folder/ must not include $target/ ($header\")"
	done < <(includes_of "src/$folder")
}

check_library()
{
	local name=$1 owner=$2 headers=$3

	includes_of src | grep -E ":[<\"]($headers)\$" | grep -v "^src/$owner/" |
		sed "s|:[<\"]\([^:]*\)\$|: \1 is part of $name, which belongs to src/$owner/|"
}

# After <config.h>, a source file includes its own header first, so that each header is seen to
# stand alone.
check_own_header()
{
	local file own second

	while read -r file; do
		own=${file#src/}
		own=${own%.c}.h
		[ -e "src/$own" ] || continue
		second=$(includes_of "$file" | sed -n '2s/^[0-9]*:"//p')
		[ -n "$second" ] || second=$(grep -nE '^#include' "$file" | sed -nE '2s/.*["<](.*)[>"].*/\1/p')
		[ "$second" = "$own" ] || echo "$file: includes $second before its own header"
	done < <(find src -name '*.c' ! -name '*.bpf.c')
}

check_config_h()
{
	find src tests contrib -name '*.c' ! -name '*.bpf.c' -exec sh -c '
		first=$(grep -E "^#include" "$1" | head -1)
		[ "$first" = "#include <config.h>" ] || echo "$1: the first include is not <config.h>"
		' sh {} \;
}

for dir in src/*/; do
	folder=$(basename "$dir")
	if [ -z "${may[$folder]+set}" ]; then
		lint "src/$folder is in the table of folders" echo "src/$folder is not"
	else
		lint "src/$folder includes only what it may" check_folder "$folder"
	fi
done
while read -r name owner headers; do
	[ -n "$name" ] || continue
	lint "$name is used by src/$owner only" check_library "$name" "$owner" "$headers"
done <<<"$libraries"
lint "own header first" check_own_header
lint "<config.h> before anything" check_config_h
lint_done
