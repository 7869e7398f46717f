# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completion for bash. The program itself knows the candidates: see src/cli/complete.h.
_pyroprof()
{
	local word line cur words=() found=()
	# bash cuts words at '=' and ':'; the program wants them whole
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ ${#words[@]} -gt 0 && ($word == [=:]* || ${words[-1]} == *[=:]) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
	cur=${words[-1]}
	while read -r line; do
		case $line in
		:file) compopt -o default ;;
		:command) mapfile -t found < <(compgen -c -- "$cur") ;;
		*) found+=("${line%%$'\t'*}") ;;
		esac
	done < <("${1/#\~\//$HOME/}" __complete "${words[@]}" 2>/dev/null)
	# what bash has cut off must not come back
	[[ $cur == *=* && $COMP_WORDBREAKS == *=* ]] && found=("${found[@]#"${cur%%=*}="}")
	[[ ${#found[@]} == 1 && ${found[0]} == *= ]] && compopt -o nospace
	COMPREPLY=("${found[@]}")
}
complete -F _pyroprof pyroprof
