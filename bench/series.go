// SPDX-License-Identifier: Apache-2.0

// A busy program that profiles itself again and again: series DIR COUNT MILLISECONDS HZ writes COUNT consecutive
// CPU profiles, of so many milliseconds of CPU time each. What it does changes all the time, as in a server: requests over HTTP, JSON, templates, parsing,
// compression, regular expressions, sorting, numbers.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/format"
	"io"
	"math/big"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

type order struct {
	ID    int
	Name  string
	Items []item
}

type item struct {
	SKU   string
	Price float64
	Tags  map[string]string `xml:"-"`
}

func makeOrder(r *rand.Rand) order {
	o := order{ID: r.Int(), Name: strconv.Itoa(r.Int())}
	for i := 0; i < 20+r.Intn(40); i++ {
		o.Items = append(o.Items, item{fmt.Sprint("sku-", r.Intn(1000)), r.Float64(), map[string]string{"k": strconv.Itoa(i)}})
	}
	return o
}

var (
	sources []string
	words   = regexp.MustCompile(`(?i)\b([a-z]+)(?:[._]([a-z]+))*\b`)
	page    = template.Must(template.New("page").Parse(
		`{{range .Items}}<li class="{{.SKU}}">{{printf "%.2f" .Price}}{{range $k, $v := .Tags}} {{$k}}={{$v | html}}{{end}}</li>{{end}}`))
)

func source(r *rand.Rand) string { return sources[r.Intn(len(sources))] }

var works = []func(r *rand.Rand){
	func(r *rand.Rand) {
		b, _ := json.Marshal(makeOrder(r))
		var o order
		json.Unmarshal(b, &o)
	},
	func(r *rand.Rand) {
		b, _ := xml.Marshal(makeOrder(r))
		var o order
		xml.Unmarshal(b, &o)
	},
	func(r *rand.Rand) { page.Execute(io.Discard, makeOrder(r)) },
	func(r *rand.Rand) { format.Source([]byte(source(r))) },
	func(r *rand.Rand) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, source(r))
		w.Close()
		z, _ := gzip.NewReader(&b)
		io.Copy(io.Discard, z)
	},
	func(r *rand.Rand) {
		s := source(r)
		words.FindAllStringSubmatch(s[:len(s)/4], -1)
	},
	func(r *rand.Rand) {
		f := strings.Fields(source(r))
		sort.Strings(f)
		seen := map[string]int{}
		for _, w := range f {
			seen[w]++
		}
		sha256.Sum256([]byte(strings.Join(f, " ")))
	},
	func(r *rand.Rand) {
		x := big.NewInt(1)
		for i := int64(1); i < 400; i++ {
			x.Mul(x, big.NewInt(i))
		}
		_ = x.String()
	},
}

func serve(w http.ResponseWriter, q *http.Request) {
	r := rand.New(rand.NewSource(time.Now().UnixNano()))
	n, _ := strconv.Atoi(q.URL.Query().Get("work"))
	works[n%len(works)](r)
	json.NewEncoder(w).Encode(makeOrder(r))
}

func load(server *httptest.Server, seed int64) {
	r := rand.New(rand.NewSource(seed))
	for {
		for i, mix := 0, r.Intn(len(works)); i < 50; i++ {
			n := mix
			if r.Intn(3) == 0 {
				n = r.Intn(len(works))
			}
			if r.Intn(4) != 0 {
				works[n](r)
				continue
			}
			resp, err := http.Get(fmt.Sprint(server.URL, "/?work=", n))
			if err != nil {
				panic(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
}

// What this process has used: however busy the machine is, profiles have as much in them.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func main() {
	count, _ := strconv.Atoi(os.Args[2])
	ms, _ := strconv.Atoi(os.Args[3])
	hz, _ := strconv.Atoi(os.Args[4])
	files, _ := filepath.Glob(filepath.Join(runtime.GOROOT(), "src/net/http/*.go"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err == nil && len(b) < 100000 {
			sources = append(sources, string(b))
		}
	}
	server := httptest.NewServer(http.HandlerFunc(serve))
	for i := 0; i < 3; i++ {
		go load(server, int64(i))
	}
	for i := 0; i < count; i++ {
		f, err := os.Create(filepath.Join(os.Args[1], fmt.Sprintf("%05d.pb.gz", i)))
		if err != nil {
			panic(err)
		}
		runtime.SetCPUProfileRate(hz) // which makes the next line complain, but holds
		pprof.StartCPUProfile(f)
		for began := cpu(); cpu()-began < time.Duration(ms)*time.Millisecond; {
			time.Sleep(10 * time.Millisecond)
		}
		pprof.StopCPUProfile()
		f.Close()
	}
}
