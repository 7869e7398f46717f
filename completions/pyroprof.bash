# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completion for bash. The program itself knows the candidates: see src/cli/complete.h.

# A word as the shell would take it, but that nothing in it is expanded or run.
_pyroprof_plain()
{
	case $1 in
	\'*) printf '%s' "${1//\'/}" ;;
	\"*) printf '%s' "${1//[\"\\]/}" ;;
	*) printf '%s' "${1//\\/}" ;;
	esac
}

_pyroprof()
{
	local i word gap rest=$COMP_LINE line raw cur last=0 words=() found=()
	# bash cuts words at '=', ':' and '@'; the program wants them whole
	for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
		word=${COMP_WORDS[i]}
		gap=${rest%%"${word:-?}"*}
		# there is no word yet behind a blank
		[[ -z $word && ${COMP_LINE:COMP_POINT-1:1} == [[:blank:]] ]] && gap=' '
		rest=${rest#"$gap$word"}
		if [[ $i -gt 0 && -z $gap ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		[[ $i == "$COMP_CWORD" ]] && last=$((${#words[@]} - 1)) raw=${words[-1]} cur=$word
	done
	for i in "${!words[@]}"; do
		words[i]=$(_pyroprof_plain "${words[i]}")
	done
	# what bash has cut off must not come back; an '@' it cuts off for itself only
	gap=$(_pyroprof_plain "${raw%"$cur"}")
	gap=${gap%@}
	while IFS= read -r line; do
		case $line in
		:file) compopt -o default ;;
		:command) mapfile -t found < <(compgen -c -- "$cur") ;;
		*)
			line=${line%%$'\t'*}
			line=${line#"$gap"}
			# within quotes all is literal, and bash closes them
			[[ $raw == [\"\']* ]] || printf -v line %q "$line"
			found+=("$line")
			;;
		esac
	done < <("${1/#\~\//$HOME/}" __complete --behind=$((${#words[@]} - 1 - last)) "${words[@]:1}" \
		2>/dev/null)
	[[ ${#found[@]} == 1 && ${found[0]} == *= ]] && compopt -o nospace
	COMPREPLY=("${found[@]}")
}
complete -F _pyroprof pyroprof
