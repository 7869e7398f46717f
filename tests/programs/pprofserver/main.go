// SPDX-License-Identifier: Apache-2.0

// pprofserver serves net/http/pprof over work of every kind that it has a profile for. It prints
// its port once it listens.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"sync"
	"time"
)

var (
	kept [][]byte
	sink uint64
)

//go:noinline
func burnCPU() {
	for {
		for i := uint64(0); i < 1<<20; i++ {
			sink = sink*6364136223846793005 + i
		}
		time.Sleep(time.Millisecond)
	}
}

//go:noinline
func fillHeap() {
	for i := 0; ; i++ {
		block := make([]byte, 64<<10)
		if i%8 == 0 && len(kept) < 256 {
			kept = append(kept, block)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

//go:noinline
func contend(mu *sync.Mutex) {
	for {
		mu.Lock()
		time.Sleep(time.Millisecond)
		mu.Unlock()
	}
}

//go:noinline
func holdThread() {
	runtime.LockOSThread()
	select {}
}

func work() {
	var mu sync.Mutex

	runtime.MemProfileRate = 4096
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	go burnCPU()
	go fillHeap()
	for i := 0; i < 4; i++ {
		go contend(&mu)
		go holdThread()
	}
}

// withBearer asks every request for a token; "" lets all in.
func withBearer(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token != "" && r.Header.Get("Authorization") != "Bearer "+token {
			http.Error(w, "a token is needed", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func clientCA(path string) *tls.Config {
	if path == "" {
		return nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		log.Fatalf("no certificates in %s", path)
	}
	return &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
}

func main() {
	cert := flag.String("cert", "", "serve TLS with this certificate")
	key := flag.String("key", "", "and this key")
	ca := flag.String("client-ca", "", "ask for client certificates of this authority")
	token := flag.String("bearer", "", "ask for this token")
	life := flag.Duration("life", 5*time.Minute, "exit after this time, whatever happens")
	flag.Parse()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	work()
	time.AfterFunc(*life, func() { os.Exit(0) })
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)

	server := &http.Server{
		Handler:   withBearer(*token, http.DefaultServeMux),
		TLSConfig: clientCA(*ca),
	}
	if *cert != "" {
		log.Fatal(server.ServeTLS(listener, *cert, *key))
	}
	log.Fatal(server.Serve(listener))
}
