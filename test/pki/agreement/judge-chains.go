// What Go makes of chains: reads one JSON object a line and answers with one. Built and run by compare-chains.ts where
// a Go is installed.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"time"
)

type question struct {
	Sent    string
	Trusted string
	Host    string
	// milliseconds since the epoch
	At int64
}

// An empty answer is "accepted".
func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		said := ""
		if err := verify(asked); err != nil {
			said = err.Error()
		}
		if err := out.Encode(said); err != nil {
			panic(err)
		}
	}
}

// verify does what crypto/tls does with what a server sends: all of it has to be read.
func verify(asked question) error {
	var sent []*x509.Certificate
	for rest := []byte(asked.Sent); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		sent = append(sent, certificate)
	}
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   time.UnixMilli(asked.At),
		DNSName:       asked.Host,
	}
	options.Roots.AppendCertsFromPEM([]byte(asked.Trusted))
	for _, certificate := range sent[1:] {
		options.Intermediates.AddCert(certificate)
	}
	_, err := sent[0].Verify(options)
	return err
}
