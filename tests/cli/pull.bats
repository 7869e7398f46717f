# SPDX-License-Identifier: Apache-2.0
# Profiles pulled over HTTP: from a real Go server, and from one that only has bad answers.
load common

# What is tested.
PULL=("${PYROPROF:?}" record)

pull() {
	"${PULL[@]}" "$@"
}

# Start a server that prints its port: start_server NAME COMMAND...; the port is then in the file
# $D/NAME.port, and the pid in $D/NAME.pid.
start_server() {
	local name=$1
	shift
	"$@" >"$D/$name.port" 2>"$D/$name.err" 3>&- 4>&- &
	echo $! >"$D/$name.pid"
	for _ in $(seq 100); do
		[ -s "$D/$name.port" ] && return 0
		kill -0 $! 2>/dev/null || break
		sleep 0.1
	done
	echo "server $name did not start:" && cat "$D/$name.err"
	return 1
}

# A certificate signed by our authority: make_cert NAME SUBJECT-ALT-NAME
make_cert() {
	openssl req -newkey rsa:2048 -nodes -keyout "$D/$1.key" -out "$D/$1.csr" \
		-subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "$D/$1.csr" -CA "$D/ca.pem" -CAkey "$D/ca.key" -CAcreateserial \
		-out "$D/$1.pem" -days 2 -extfile <(echo "subjectAltName=$2") 2>/dev/null
}

start_go_servers() {
	command -v go >/dev/null || return 0
	(cd "$BATS_TEST_DIRNAME/../programs/pprofserver" &&
		GO111MODULE=off GOCACHE="$D/gocache" go build -o "$D/pprofserver" .)
	start_server go "$D/pprofserver"
	start_server bearer "$D/pprofserver" -bearer s3cret-token
	start_server tls "$D/pprofserver" -cert "$D/server.pem" -key "$D/server.key"
	start_server mtls "$D/pprofserver" -cert "$D/server.pem" -key "$D/server.key" \
		-client-ca "$D/ca.pem"
}

setup_file() {
	export D=$BATS_FILE_TMPDIR
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$D/ca.key" -out "$D/ca.pem" -days 2 \
		-subj "/CN=test authority" 2>/dev/null
	make_cert server IP:127.0.0.1
	make_cert client DNS:client
	start_server bad "$BATS_TEST_DIRNAME/../lib/hostile.py" "$D/bad.log"
	start_server other "$BATS_TEST_DIRNAME/../lib/hostile.py" "$D/other.log"
	start_go_servers
}

teardown_file() {
	local pid
	for pid in "$BATS_FILE_TMPDIR"/*.pid; do
		[ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null
	done
	return 0
}

setup() {
	# nothing but what is tested writes here
	W=$BATS_TEST_TMPDIR/w
	mkdir "$W"
	O=$W/out.pb.gz
	BAD=http://127.0.0.1:$(cat "$D/bad.port")
	OTHER=http://127.0.0.1:$(cat "$D/other.port")
}

need_go() {
	[ -s "$D/go.port" ] || skip "no Go compiler"
}

go_port() {
	cat "$D/$1.port"
}

# The last `run` failed with exit code $1 and exactly the message $2, and left no file behind.
refused() {
	[ "$status" -eq "$1" ] || { echo "status $status: $output $stderr"; return 1; }
	[ "${stderr_lines[0]}" = "pyroprof: $2" ] || { echo "message: ${stderr_lines[0]}"; return 1; }
	[ -z "$(ls -A "$W")" ] || { ls -A "$W"; return 1; }
}

# As refused, but the message only has to match the pattern $2.
refused_like() {
	# shellcheck disable=SC2053
	[[ ${stderr_lines[0]} == "pyroprof: "$2 ]] || { echo "message: ${stderr_lines[0]}"; return 1; }
	refused "$1" "${stderr_lines[0]#pyroprof: }"
}

hinted() {
	[ "${stderr_lines[1]}" = "hint: $1" ] || { echo "hint: ${stderr_lines[1]}"; return 1; }
}

pull_bad() {
	run --separate-stderr pull --url "$BAD/$1" -o "$O" "${@:2}"
}

# ---- a real server ----

@test "every type is a profile that go tool pprof reads" {
	need_go
	for type in cpu heap allocs goroutine mutex block threadcreate; do
		local extra=()
		[ $type = cpu ] && extra=(-d 1s)
		pull --url "127.0.0.1:$(go_port go)" -t $type "${extra[@]}" -o "$O"
		go tool pprof -top "$O" >"$BATS_TEST_TMPDIR/top" 2>"$BATS_TEST_TMPDIR/complaints"
		[ ! -s "$BATS_TEST_TMPDIR/complaints" ]
		case $type in
		cpu) grep -q main.burnCPU "$BATS_TEST_TMPDIR/top" ;;
		heap) grep -q '^Type: inuse_space' "$BATS_TEST_TMPDIR/top" ;;
		allocs) grep -q '^Type: alloc_space' "$BATS_TEST_TMPDIR/top" ;;
		goroutine) grep -q '^Type: goroutine' "$BATS_TEST_TMPDIR/top" ;;
		mutex) grep -q main.contend "$BATS_TEST_TMPDIR/top" ;;
		block) grep -q main.contend "$BATS_TEST_TMPDIR/top" ;;
		threadcreate) grep -q '^Type: threadcreate' "$BATS_TEST_TMPDIR/top" ;;
		esac
	done
}

@test "what is new between two pulls of what counts since the start" {
	need_go
	export PYROPROF_ARCHIVE=$W/A
	for _ in 1 2 3; do
		pull --url "127.0.0.1:$(go_port go)" -t allocs --archive -q
		sleep 1
	done
	cd "$W"
	"$PYROPROF" top --format=json '{}' --last=2 --delta --unit=bytes >new
	# it is what the server itself has counted meanwhile
	mapfile -t counted < <("$PYROPROF" log --format=json |
		jq 'sort_by(.start_nanos)[].types[] | select(.type == "alloc_space").total')
	jq -e --argjson n "$((counted[2] - counted[0]))" '.total == $n' new
	jq -e '[.rows[] | select(.name == "main.fillHeap").flat][0] / .total > 0.7' new
	# and what is in use is what was in use last
	"$PYROPROF" top --format=json '{}' --last=2 --delta --unit=bytes --inuse-space |
		jq '[.total, .rows]' >inuse
	"$PYROPROF" top --format=json '@latest' --unit=bytes --inuse-space |
		jq '[.total, .rows]' | diff - inuse
}

@test "with a duration other types are deltas over it" {
	need_go
	pull --url "127.0.0.1:$(go_port go)" -t allocs -d 1s -o "$O"
	run go tool pprof -top "$O"
	[ "$status" -eq 0 ]
	[[ $output =~ Duration:\ 1(\.[0-9]+)?s ]]
}

@test "a duration is rounded up to whole seconds" {
	need_go
	pull --url "127.0.0.1:$(go_port go)" -t cpu -d 1100ms -o "$O"
	run go tool pprof -top "$O"
	[[ $output =~ Duration:\ 2(\.[0-9]+)?s ]]
}

@test "base paths and endpoints all lead to the profile" {
	need_go
	for url in "http://127.0.0.1:$(go_port go)" "http://127.0.0.1:$(go_port go)/" \
		"127.0.0.1:$(go_port go)/debug/pprof" "localhost:$(go_port go)/debug/pprof/" \
		"127.0.0.1:$(go_port go)/debug/pprof/heap?gc=1"; do
		rm -f "$O"
		pull --url "$url" -t heap -o "$O"
		go tool pprof -top "$O" | grep -q '^Type: inuse_space'
	done
}

@test "the text profile of debug=1 is told apart" {
	need_go
	run --separate-stderr pull --url "127.0.0.1:$(go_port go)/debug/pprof/goroutine?debug=1" -o "$O"
	refused_like 3 "cannot get '*': a text profile came instead of an encoded one (it starts 'goroutine profile: total *')"
	hinted "remove debug=1 or debug=2 from the URL"
}

@test "a second CPU profile at the same time is refused in the server's words" {
	need_go
	pull --url "127.0.0.1:$(go_port go)" -t cpu -d 10s -o "$BATS_TEST_TMPDIR/first" 3>&- &
	local first=$!
	# the server tells what it is doing
	measures() { curl -s "http://127.0.0.1:$(go_port go)/debug/pprof/goroutine?debug=2" | grep -q 'pprof\.Profile('; }
	wait_until 20 measures
	run --separate-stderr pull --url "127.0.0.1:$(go_port go)" -t cpu -d 1s -o "$O"
	wait $first
	[ -s "$BATS_TEST_TMPDIR/first" ]
	refused 3 "cannot get 'http://127.0.0.1:$(go_port go)/debug/pprof/profile': server answered 500 Internal Server Error: Could not enable CPU profiling: cpu profiling already in use"
	hinted "the server records one CPU profile at a time; try again later"
}

@test "an endpoint the server does not have" {
	need_go
	run --separate-stderr pull --url "127.0.0.1:$(go_port go)/debug/pprof/nosuch" -o "$O"
	refused 3 "cannot get 'http://127.0.0.1:$(go_port go)/debug/pprof/nosuch': server answered 404 Not Found: Unknown profile"
}

@test "a bearer token opens a server that wants one" {
	need_go
	run --separate-stderr pull --url "127.0.0.1:$(go_port bearer)" -t heap -o "$O"
	refused 3 "cannot get 'http://127.0.0.1:$(go_port bearer)/debug/pprof/heap': server answered 401 Unauthorized: a token is needed"
	hinted "give a token with --bearer-file FILE, or a --header"

	echo s3cret-token >"$BATS_TEST_TMPDIR/token"
	pull --url "127.0.0.1:$(go_port bearer)" -t heap -o "$O" --bearer-file "$BATS_TEST_TMPDIR/token"
	rm "$O"
	pull --url "127.0.0.1:$(go_port bearer)" -t heap -o "$O" --header 'Authorization: Bearer s3cret-token'
	go tool pprof -top "$O" >/dev/null
}

# ---- TLS ----

@test "TLS: an unknown authority is refused with a hint" {
	need_go
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port tls)" -t heap -o "$O"
	refused_like 3 "cannot get 'https://*': TLS verification failed: *"
	[[ ${stderr_lines[1]} == "hint: "*"--cacert FILE"*"--insecure"* ]]
}

@test "TLS: --cacert trusts, --insecure does not ask" {
	need_go
	pull --url "https://127.0.0.1:$(go_port tls)" -t heap -o "$O" --cacert "$D/ca.pem"
	go tool pprof -top "$O" >/dev/null
	rm "$O"
	pull --url "https://127.0.0.1:$(go_port tls)" -t heap -o "$O" --insecure
	go tool pprof -top "$O" >/dev/null
}

@test "TLS: the certificate must be for the host asked" {
	need_go
	run --separate-stderr pull --url "https://localhost:$(go_port tls)" -t heap -o "$O" \
		--cacert "$D/ca.pem"
	refused_like 3 "cannot get 'https://localhost:*': TLS verification failed: *localhost*"
}

@test "TLS: client certificates" {
	need_go
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port mtls)" -t heap -o "$O" \
		--cacert "$D/ca.pem"
	refused 3 "cannot get 'https://127.0.0.1:$(go_port mtls)/debug/pprof/heap': the server asks for a client certificate"
	hinted "give one with --cert FILE --key FILE"
	pull --url "https://127.0.0.1:$(go_port mtls)" -t heap -o "$O" --cacert "$D/ca.pem" \
		--cert "$D/client.pem" --key "$D/client.key"
	go tool pprof -top "$O" >/dev/null

	rm "$O"
	cat "$D/client.pem" "$D/client.key" >"$D/both.pem"
	pull --url "https://127.0.0.1:$(go_port mtls)" -t heap -o "$O" --cacert "$D/ca.pem" \
		--cert "$D/both.pem"
	[ -s "$O" ]
}

@test "TLS: a client certificate the server does not trust" {
	need_go
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$D/self.key" -out "$D/self.pem" -days 2 \
		-subj "/CN=somebody" 2>/dev/null
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port mtls)" -t heap -o "$O" \
		--cacert "$D/ca.pem" --cert "$D/self.pem" --key "$D/self.key"
	refused_like 3 "*: the server refuses our client certificate: *"
}

@test "TLS: files that are missing or are no certificates" {
	run --separate-stderr pull --url https://127.0.0.1:1 -t heap -o "$O" --cacert "$D/nosuch"
	refused 3 "cannot read CA file '$D/nosuch': No such file or directory"
	run --separate-stderr pull --url https://127.0.0.1:1 -t heap -o "$O" --key "$D/ca.key"
	refused 2 "a client key needs a client certificate"
	need_go
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port tls)" -t heap -o "$O" \
		--cacert "$D/tls.port"
	refused_like 3 "*: cannot use CA file '$D/tls.port': no certificates"
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port tls)" -t heap -o "$O" \
		--cacert "$D/ca.pem" --cert "$D/tls.port"
	refused_like 3 "*: cannot use the client certificate: *"
}

@test "TLS: an encrypted key fails without a question" {
	need_go
	openssl rsa -aes256 -passout pass:secret -in "$D/client.key" -out "$D/locked.key" 2>/dev/null
	run --separate-stderr timeout 20 setsid -w "${PULL[@]}" \
		--url "https://127.0.0.1:$(go_port mtls)" -t heap -o "$O" --cacert "$D/ca.pem" \
		--cert "$D/client.pem" --key "$D/locked.key"
	refused_like 3 "*: cannot use the client certificate: *"
}

@test "TLS and plain HTTP mixed up" {
	need_go
	run --separate-stderr pull --url "https://127.0.0.1:$(go_port go)" -t heap -o "$O"
	refused_like 3 "*: TLS handshake failed: *"
	hinted "the server may speak plain http: try http:// in the URL"
	run --separate-stderr pull --url "http://127.0.0.1:$(go_port tls)" -t heap -o "$O"
	refused_like 3 "*: server answered 400 *: Client sent an HTTP request to an HTTPS server."
}

# ---- what comes is stored as it came ----

@test "bytes are stored as served, whatever Content-Encoding says" {
	for name in ok encoded raw; do
		pull --url "$BAD/$name" -o "$O"
		curl -s --output "$BATS_TEST_TMPDIR/direct" "$BAD/$name"
		cmp "$O" "$BATS_TEST_TMPDIR/direct"
	done
}

@test "headers reach the server, and only those asked for" {
	: >"$D/bad.log"
	pull --url "$BAD/ok" -o "$O" --header 'X-One: 1' --header 'X-Two:two words' --header 'X-None:'
	grep -q $'^X-One: 1\r$' "$D/bad.log"
	grep -q $'^X-Two:two words\r$' "$D/bad.log"
	grep -q $'^X-None:\r$' "$D/bad.log"
	grep -q '^User-Agent: pyroprof/' "$D/bad.log"
	run grep -c -i '^\(accept-encoding\|authorization\|cookie\)' "$D/bad.log"
	[ "$output" = 0 ]
}

@test "query parameters are kept, seconds is added once" {
	: >"$D/bad.log"
	pull --url "$BAD/x/ok?a=b%20c&d" -d 1500ms -o "$O"
	pull --url "$BAD/x/ok?seconds=7" -d 7s -o "$O"
	run cat "$D/bad.log"
	[[ ${lines[0]} == "GET /x/ok?a=b%20c&d&seconds=2 HTTP/1.1"* ]]
	grep -q '^GET /x/ok?seconds=7 HTTP' "$D/bad.log"
	run --separate-stderr pull --url "$BAD/x/ok?seconds=7" -d 8s -o "$O.2"
	[ "$status" -eq 2 ]
	[ "${stderr_lines[0]}" = "pyroprof: the URL asks for seconds=7, but the duration is 8 s" ]
	[ ! -e "$O.2" ]
}

@test "a proxy is used when the environment names one" {
	: >"$D/bad.log"
	http_proxy=$BAD pull --url http://pprof.invalid/ok -o "$O"
	grep -q '^GET http://pprof.invalid/ok HTTP' "$D/bad.log"
	[ -s "$O" ]
}

# ---- redirects ----

@test "redirects within one origin are followed" {
	for name in relative absolute-path "x?to=$BAD/ok"; do
		rm -f "$O"
		run --separate-stderr pull --url "$BAD/$name" -o "$O"
		[ "$status" -eq 0 ]
		[ -s "$O" ]
	done
}

@test "a redirect to another port is refused, and the token stays here" {
	: >"$D/other.log"
	echo s3cret-token >"$D/token"
	run --separate-stderr pull --url "$BAD/x?to=$OTHER/ok" -o "$O" --bearer-file "$D/token" \
		--header 'X-Key: s3cret-key'
	refused 3 "cannot get '$BAD/x': redirect to another port, 127.0.0.1:${OTHER##*:}, refused"
	hinted "if you trust it, give that URL itself: '$OTHER/ok'"
	[ ! -s "$D/other.log" ]
	run --separate-stderr pull --url "$BAD/x?to=$OTHER/ok" -o "$O"
	refused 3 "cannot get '$BAD/x': redirect to another port, 127.0.0.1:${OTHER##*:}, refused"
	[ ! -s "$D/other.log" ]
	# the log would have shown it
	pull --url "$OTHER/ok" --bearer-file "$D/token" -o "$O"
	grep -q s3cret-token "$D/other.log"
}

@test "a redirect to another host is refused" {
	: >"$D/other.log"
	local to=http://localhost:${OTHER##*:}/ok
	run --separate-stderr pull --url "$BAD/x?to=$to" -o "$O"
	refused 3 "cannot get '$BAD/x': redirect to another host 'localhost' refused"
	hinted "if you trust it, give that URL itself: '$to'"
	[ ! -s "$D/other.log" ]
}

@test "a redirect to https on the same host is followed without credentials only" {
	need_go
	local to
	to=https://127.0.0.1:$(go_port tls)/debug/pprof/heap
	pull --url "$BAD/x?to=$to" -o "$O" --cacert "$D/ca.pem"
	go tool pprof -top "$O" >/dev/null
	rm "$O"
	run --separate-stderr pull --url "$BAD/x?to=$to" -o "$O" --cacert "$D/ca.pem" --header 'A: b'
	refused 3 "cannot get '$BAD/x': redirect from http to https on '127.0.0.1' refused"
	run --separate-stderr pull --url "http://user:pw@${BAD#http://}/x?to=$to" -o "$O" \
		--cacert "$D/ca.pem"
	refused 3 "cannot get 'http://user@${BAD#http://}/x': redirect from http to https on '127.0.0.1' refused"
}

@test "the user in the URL goes with a redirect, one the server names does not" {
	: >"$D/bad.log"
	pull --url "http://me:pw@${BAD#http://}/x?to=http://you:x@${BAD#http://}/ok" -o "$O"
	[ "$(grep -c "^Authorization: Basic $(printf me:pw | base64)" "$D/bad.log")" = 2 ]
	: >"$D/bad.log"
	pull --url "$BAD/x?to=http://you:x@${BAD#http://}/ok" -o "$O"
	[ "$(grep -c '^GET' "$D/bad.log")" = 2 ]
	[ "$(grep -c '^Authorization' "$D/bad.log")" = 0 ]
}

@test "a redirect loop ends" {
	: >"$D/bad.log"
	pull_bad loop
	refused 3 "cannot get '$BAD/loop': more than 5 redirects"
	[ "$(grep -c '^GET' "$D/bad.log")" = 6 ]
}

@test "redirects to other schemes are refused" {
	pull_bad ftp
	refused 3 "cannot get '$BAD/ftp': redirect refused: cannot use URL 'ftp://127.0.0.1/x': only http and https are supported"
	pull_bad file
	refused 3 "cannot get '$BAD/file': redirect refused: cannot use URL 'file:///etc/passwd': only http and https are supported"
}

# ---- answers that are no profile ----

@test "status codes, with the reason the server gives" {
	pull_bad nosuch
	refused 3 "cannot get '$BAD/nosuch': server answered 404 Not Found: 404 page not found"
	hinted "name the endpoint itself if it is not below /debug/pprof/"
	pull_bad 404-html
	refused 3 "cannot get '$BAD/404-html': server answered 404 Not Found: No such thing"
	pull_bad 500
	refused 3 "cannot get '$BAD/500': server answered 500 Internal Server Error: it broke"
	pull_bad 500-short
	refused 3 "cannot get '$BAD/500-short': server answered 500 Internal Server Error: half a story"
	run --separate-stderr "$BATS_TEST_DIRNAME/../lib/maxrss.py" 131072 \
		"${PULL[@]}" --url "$BAD/endless-error" -o "$O"
	refused 3 "cannot get '$BAD/endless-error': server answered 500 Internal Server Error: the same old story"
	pull_bad no-content
	refused 3 "cannot get '$BAD/no-content': server answered 204 No Content"
}

@test "pages, text, JSON, traces and nothing are named for what they are" {
	pull_bad html
	refused 3 "cannot get '$BAD/html': an HTML page came instead of a profile (title 'Sign in\\x1b[31m')"
	pull_bad json
	refused 3 "cannot get '$BAD/json': JSON came instead of a profile: {\"error\": \"no such app\"}"
	pull_bad text
	refused 3 "cannot get '$BAD/text': text came instead of a profile: hello there"
	pull_bad trace
	refused 3 "cannot get '$BAD/trace': an execution trace came instead of a profile"
	pull_bad empty
	refused 3 "cannot get '$BAD/empty': the server sent an empty body"
}

@test "every text profile of net/http/pprof is told apart" {
	for n in 0 1 2 3 4 5; do
		pull_bad debug-$n
		refused_like 3 "*: a text profile came instead of an encoded one (it starts '*')"
		hinted "remove debug=1 or debug=2 from the URL"
	done
}

@test "control characters never reach the terminal" {
	pull_bad control
	[ "$status" -eq 3 ]
	[[ $stderr == *"server answered 500 Oh\\x1b[2J: \\x1b]0;owned\\x07 red \\u{202e} back \\x9b31m" ]]
	# nothing but printable ASCII
	[ -z "$(printf %s "${stderr_lines[0]}" | tr -d '[:print:]')" ]
}

@test "damaged gzip streams" {
	pull_bad truncated
	refused 3 "cannot get '$BAD/truncated': gzip stream is truncated at byte 50000"
	pull_bad damaged
	refused_like 3 "cannot get '$BAD/damaged': damaged gzip stream at byte *"
}

@test "connections that end too soon" {
	pull_bad short
	refused_like 3 "cannot get '$BAD/short': the server closed the connection early: * of 5000 bytes came"
	pull_bad chunk-cut
	refused 3 "cannot get '$BAD/chunk-cut': the server closed the connection early, after 3 bytes"
	pull_bad nothing
	refused 3 "cannot get '$BAD/nothing': the server closed the connection without an answer"
}

@test "an answer that is not HTTP" {
	pull_bad garbage
	refused_like 3 "cannot get '$BAD/garbage': the answer is not HTTP: *"
}

@test "nobody there, no such host" {
	local port=1 # which no one else is given meanwhile
	run --separate-stderr pull --url "127.0.0.1:$port" -t heap -o "$O"
	refused 3 "cannot get 'http://127.0.0.1:$port/debug/pprof/heap': connection refused"
	run --separate-stderr pull --url http://nosuch.invalid -t heap -o "$O"
	refused 3 "cannot get 'http://nosuch.invalid/debug/pprof/heap': no address for host 'nosuch.invalid'"
}

# ---- limits ----

@test "an endless body stops at the limit, in bounded memory" {
	run --separate-stderr "$BATS_TEST_DIRNAME/../lib/maxrss.py" 131072 \
		"${PULL[@]}" --url "$BAD/endless" -o "$O" --max-size 4M
	refused 3 "cannot get '$BAD/endless': the answer is larger than the limit of 4194304 bytes"
}

@test "a body announced as too large is not even begun" {
	pull_bad large
	refused 3 "cannot get '$BAD/large': the answer is larger than the limit of 1073741824 bytes"
}

@test "a gzip bomb stops at the limit" {
	pull_bad bomb --max-size 1M
	refused 3 "cannot get '$BAD/bomb': inflates to more than the limit of 1MB"
	pull_bad bomb --max-size 100M
	[ "$status" -eq 0 ]
}

@test "huge headers are refused, in bounded memory" {
	for name in endless-headers endless-header; do
		run --separate-stderr "$BATS_TEST_DIRNAME/../lib/maxrss.py" 131072 \
			"${PULL[@]}" --url "$BAD/$name" -o "$O"
		refused_like 3 "cannot get '$BAD/$name': *of the answer *too large*"
	done
}

@test "a slow drip ends at the deadline" {
	local before=$SECONDS
	pull_bad drip -d 1s
	refused_like 3 "cannot get '$BAD/drip': no complete answer within 11 seconds (* bytes came)"
	((SECONDS - before >= 10 && SECONDS - before <= 30))
}

@test "an interrupt ends the wait at once and leaves nothing" {
	for signal in INT TERM; do
		: >"$D/bad.log"
		# a shell lets its background jobs ignore SIGINT
		env --default-signal=INT "${PULL[@]}" --url "$BAD/silent" -o "$O" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
		local puller=$!
		wait_until 20 grep -q '^GET /silent' "$D/bad.log"
		local before=$SECONDS
		kill -$signal $puller
		status=0
		wait $puller || status=$?
		((SECONDS - before <= 15)) # the answer is waited for for a minute
		mapfile -t stderr_lines <"$BATS_TEST_TMPDIR/said"
		refused 3 "cannot get '$BAD/silent': stopped before the answer was complete"
	done
}

# ---- what the user gets wrong ----

@test "headers that are none" {
	for header in 'no colon' ': no name' 'Sp ace: x' $'X: a\r\nInjected: b' $'X: a\nb' $'X\n: a'; do
		run --separate-stderr pull --url "$BAD/ok" -o "$O" --header "$header"
		[ "$status" -eq 2 ]
		[[ $stderr != *Injected* ]]
	done
	run --separate-stderr pull --url "$BAD/ok" -o "$O" --header $'X-Key: s3cret\r\nA: b'
	refused 2 "the value of header 'X-Key' has a control character"
	run --separate-stderr pull --url "$BAD/ok" -o "$O" --header 's3cret'
	refused 2 "a header must have the form 'Name: value', without line breaks"
}

@test "token files that are none" {
	: >"$D/empty"
	printf '\n\r\n' >"$D/newlines"
	printf 's3cret\nmore\n' >"$D/lines"
	head -c 70000 /dev/zero | tr '\0' a >"$D/long"
	for name in empty newlines; do
		run --separate-stderr pull --url "$BAD/ok" -o "$O" --bearer-file "$D/$name"
		refused 3 "cannot use the token in '$D/$name': it is empty"
	done
	run --separate-stderr pull --url "$BAD/ok" -o "$O" --bearer-file "$D/lines"
	refused 3 "cannot use the token in '$D/lines': it holds control characters"
	run --separate-stderr pull --url "$BAD/ok" -o "$O" --bearer-file "$D/long"
	refused 3 "cannot use the token in '$D/long': it is larger than 64 KiB"
	run --separate-stderr pull --url "$BAD/ok" -o "$O" --bearer-file "$D/nosuch"
	refused 3 "cannot read '$D/nosuch': No such file or directory"
}

@test "URLs that are none, without showing their password" {
	run --separate-stderr pull --url ftp://host/x -o "$O"
	refused 2 "cannot use URL 'ftp://host/x': only http and https are supported"
	run --separate-stderr pull --url 'http://me:s3cret@ho st/x' -o "$O"
	refused_like 2 "cannot use URL '...ho st/x': *"
	run --separate-stderr pull --url 'http://me:s3cret@127.0.0.1:1/x?token=s3cret' -o "$O"
	refused 3 "cannot get 'http://me@127.0.0.1:1/x': connection refused"
	[[ $stderr != *s3cret* ]]
	run --separate-stderr pull --url 'http://host:99999' -o "$O"
	refused_like 2 "cannot use URL 'http://host:99999': *"
}

@test "types that do not exist or do not fit the URL" {
	run --separate-stderr pull --url "$BAD" -t wall -o "$O"
	refused 2 "option '-t': 'wall' is not one of cpu, heap, allocs, goroutine, mutex, block, threadcreate"
	run --separate-stderr pull --url "$BAD/debug/pprof/heap" -t cpu -o "$O"
	refused 2 "the URL names the heap endpoint, but type cpu is wanted"
}

@test "without libcurl the message says what to install" {
	mkdir "$D/lib"
	echo garbage >"$D/lib/libcurl.so.4"
	LD_LIBRARY_PATH=$D/lib run --separate-stderr pull --url "$BAD/ok" -o "$O"
	refused_like 3 "cannot load libcurl.so.4: *"
	hinted "URLs need libcurl; on Debian: apt-get install libcurl4"
}
