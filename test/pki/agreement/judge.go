// What Go makes of pairs of certificate and key: Mender's services and Traefik are written in it. Reads one JSON object
// a line and answers with one. Built and run by ask-go.ts where a Go is installed.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
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
	// why a service that is built with Go 1.23 doesn't load the first block as an RSA key; empty where it does
	Before string `json:"before"`
	// the same with the Go that runs this
	Since string `json:"since"`
	// why that one doesn't sign with it
	Signs string `json:"signs"`
	// labels of all blocks, in order
	Seen []string `json:"seen"`
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
		said := answer{Token: token(asked.Key), Seen: seen(asked.Key), Pair: pair(asked), Names: names(asked)}
		said.Before, said.Since, said.Signs = rsaKey(asked.Key)
		if err := out.Encode(said); err != nil {
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

func seen(file []byte) []string {
	labels := []string{}
	for {
		var block *pem.Block
		if block, file = pem.Decode(file); block == nil {
			return labels
		}
		labels = append(labels, block.Type)
	}
}

// rsaKey loads the first block as an RSA key, by its label, with the loader of Go 1.23 and with this one.
func rsaKey(file []byte) (before, since, signs string) {
	block, _ := pem.Decode(file)
	if block == nil {
		return "none", "none", ""
	}
	content := block.Bytes
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(content)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(content)
		var outer struct {
			Version    int
			Algorithm  pkix.AlgorithmIdentifier
			PrivateKey []byte
		}
		if _, err := asn1.Unmarshal(content, &outer); err != nil {
			return err.Error(), "error", ""
		}
		content = outer.PrivateKey
	default:
		return "label", "label", ""
	}
	if err := loadBefore(content); err != nil {
		before = err.Error()
	}
	if err != nil {
		return before, err.Error(), ""
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return "other", "other", ""
	}
	digest := sha256.Sum256(nil)
	if _, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, digest[:]); err != nil {
		signs = err.Error()
	}
	return before, "", signs
}

// loadBefore does as x509.ParsePKCS1PrivateKey and rsa.PrivateKey.Validate of Go 1.23 do.
func loadBefore(der []byte) error {
	var key struct {
		Version    int
		N          *big.Int
		E          int
		D          *big.Int
		P          *big.Int
		Q          *big.Int
		Dp         *big.Int `asn1:"optional"`
		Dq         *big.Int `asn1:"optional"`
		Qinv       *big.Int `asn1:"optional"`
		Additional []struct{ Prime, Exp, Coeff *big.Int } `asn1:"optional,omitempty"`
	}
	rest, err := asn1.Unmarshal(der, &key)
	switch {
	case len(rest) > 0:
		return errors.New("trailing data")
	case err != nil:
		return err
	case key.Version > 1:
		return errors.New("unsupported private key version")
	case key.N.Sign() <= 0 || key.D.Sign() <= 0 || key.P.Sign() <= 0 || key.Q.Sign() <= 0:
		return errors.New("zero or negative value")
	case key.E < 2:
		return errors.New("public exponent too small")
	case key.E > 1<<31-1:
		return errors.New("public exponent too large")
	}
	primes := []*big.Int{key.P, key.Q}
	for _, each := range key.Additional {
		primes = append(primes, each.Prime)
	}
	one, product := big.NewInt(1), big.NewInt(1)
	de := new(big.Int).Mul(key.D, big.NewInt(int64(key.E)))
	de.Sub(de, one)
	for _, prime := range primes {
		if prime.Cmp(one) <= 0 {
			return errors.New("invalid prime value")
		}
		product.Mul(product, prime)
		if new(big.Int).Mod(de, new(big.Int).Sub(prime, one)).Sign() != 0 {
			return errors.New("invalid exponents")
		}
	}
	if product.Cmp(key.N) != 0 {
		return errors.New("invalid modulus")
	}
	return nil
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
