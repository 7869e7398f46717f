# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Profiles of programs that are not run: load after common.

mklines=$top_srcdir/tests/lib/mklines.py
export PYTHONDONTWRITEBYTECODE=1

# profile_of OUT FILE BASE SYMBOL+OFFSET...: the executable segment of FILE loaded with this bias,
# and a sample at each place, called by those that follow it. With nameless='', the profile does not
# know the symbols.
profile_of()
{
	local out=$1 file=$2 base=$3 segment id place address places=()

	shift 3
	segment=$(readelf -lW "$file" | awk '$1 == "LOAD" && / E / { print $2, $3, $6; exit }')
	read -r offset vaddr size <<<"$segment"
	id=$(readelf -n "$file" | sed -n 's/.*Build ID: //p')
	for place; do
		address=$(nm "$file" | awk -v name="${place%+*}" '$3 == name { print $1 }')
		places+=("$((base + 16#$address + ${place#*+}))${nameless-=${place%+*}}")
	done
	python3 "$mklines" binary "$out" "$file" $((base + vaddr - vaddr % 4096)) \
		$((base + (vaddr + size + 4095) / 4096 * 4096)) $((offset - offset % 4096)) \
		"${build_id-$id}" "${places[@]}"
}
