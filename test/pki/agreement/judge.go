// What Go makes of pairs of certificate and key: Mender's services and Traefik are written in it. Reads one JSON object
// a line and answers with one. Built and run by ask-go.ts where a Go is installed.
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
)

type question struct {
	Certificate []byte
	Key         []byte
	Names       []string
}

type answer struct {
	// what a token service finds in the key file
	Token string `json:"token"`
	// what a TLS server says of the pair: "match", "mismatch" or the error
	Pair string `json:"pair"`
	// whether the first certificate covers each name; empty when it can't be read
	Names []bool `json:"names"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(answer{token(asked.Key), pair(asked), names(asked)}); err != nil {
			panic(err)
		}
	}
}

// token looks at the first block only and goes by its label, as the token services do.
func token(file []byte) string {
	block, _ := pem.Decode(file)
	if block == nil {
		return "none"
	}
	//lint:ignore SA1019 the services know no other way to tell
	if x509.IsEncryptedPEMBlock(block) || block.Type == "ENCRYPTED PRIVATE KEY" {
		return "encrypted"
	}
	var key any
	var err error
	form := ""
	switch block.Type {
	case "RSA PRIVATE KEY":
		form = "-pkcs1"
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		form = "-sec1"
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		form = "-pkcs8"
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return "other"
	}
	if err != nil {
		return "error"
	}
	switch key.(type) {
	case *rsa.PrivateKey:
		return "rsa" + form
	case *ecdsa.PrivateKey:
		return "ec" + form
	case ed25519.PrivateKey:
		return "ed25519" + form
	}
	return "other"
}

func pair(asked question) string {
	_, err := tls.X509KeyPair(asked.Certificate, asked.Key)
	switch {
	case err == nil:
		return "match"
	case strings.Contains(err.Error(), "does not match"):
		return "mismatch"
	}
	return err.Error()
}

func names(asked question) []bool {
	covered := []bool{}
	for rest := asked.Certificate; ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			return covered
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return covered
		}
		for _, name := range asked.Names {
			covered = append(covered, certificate.VerifyHostname(name) == nil)
		}
		return covered
	}
}
