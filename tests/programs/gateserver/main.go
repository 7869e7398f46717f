// SPDX-License-Identifier: Apache-2.0

// gateserver does the work of a small service, over and over, with some chance in how much of each kind,
// and serves net/http/pprof meanwhile. It prints its port once it listens.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"regexp"
	"sort"
	"strings"
	"time"
)

type order struct {
	ID    int
	Name  string
	Items []string
	Price float64
}

var pattern = regexp.MustCompile(`(item-\d+) of ([a-z]+)`)

func makeOrders(n int) []order {
	all := make([]order, n)
	for i := range all {
		all[i] = order{ID: i, Name: fmt.Sprintf("order %d", rand.Intn(1000)), Price: rand.Float64()}
		for k := 0; k < 4; k++ {
			all[i].Items = append(all[i].Items, fmt.Sprintf("item-%d of many", rand.Intn(100)))
		}
	}
	return all
}

func transport(all []order) []byte {
	var back []order

	text, err := json.Marshal(all)
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	if err != nil {
		log.Fatal(err)
	}
	return text
}

func pack(text []byte) []byte {
	var packed bytes.Buffer

	w, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	w.Write(text)
	w.Close()
	return packed.Bytes()
}

func search(all []order) int {
	found := 0
	for _, o := range all {
		found += len(pattern.FindAllString(strings.Join(o.Items, ", "), -1))
	}
	return found
}

func count(all []order) int {
	by := map[string]int{}
	for _, o := range all {
		for _, item := range o.Items {
			by[item]++
		}
	}
	return len(by)
}

func serve() {
	all := makeOrders(50 + rand.Intn(50))
	sort.Slice(all, func(i, k int) bool { return all[i].Price < all[k].Price })
	text := transport(all)
	for i := rand.Intn(8); i >= 0; i-- {
		sha256.Sum256(text)
	}
	pack(text)
	search(all)
	count(all)
}

func main() {
	life := flag.Duration("life", 5*time.Minute, "exit after this time, whatever happens")
	flag.Parse()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			serve()
		}
	}()
	time.AfterFunc(*life, func() { os.Exit(0) })
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, nil))
}
