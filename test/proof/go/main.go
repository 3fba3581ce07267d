// The Go side of the proofs: Mender's services, its client and Traefik are written in it. Needs the standard library
// alone. It answers on stdout with one line; what it can't do ends with exit code 1 and the reason.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	commands := map[string]func([]string) (string, error){
		"dial": dial, "serve": serve, "sign": sign, "verify": verify, "chain": chain,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fail(errors.New("usage: dial | serve | sign | verify | chain"))
	}
	answer, err := commands[os.Args[1]](os.Args[2:])
	if err != nil {
		fail(err)
	}
	fmt.Println(answer)
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

// dial ADDRESS NAME CA: what a client that trusts CA makes of the server, which it calls NAME.
func dial(args []string) (string, error) {
	pool, err := poolOf(args[2])
	if err != nil {
		return "", err
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	connection, err := tls.DialWithDialer(dialer, "tcp", args[0], &tls.Config{ServerName: args[1], RootCAs: pool})
	var otherName x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		defer connection.Close()
		return "connected", nil
	case errors.As(err, &otherName):
		return "wrong name", nil
	case errors.As(err, &unknown):
		return "not trusted", nil
	}
	return "", err
}

// chain CERTIFICATE CA NAME...: verifies a file's first certificate, with the rest of the file between, by Go alone.
func chain(args []string) (string, error) {
	pool, err := poolOf(args[1])
	if err != nil {
		return "", err
	}
	file, err := os.ReadFile(args[0])
	if err != nil {
		return "", err
	}
	block, rest := pem.Decode(file)
	if block == nil {
		return "", errors.New("no PEM block")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", err
	}
	between := x509.NewCertPool()
	between.AppendCertsFromPEM(rest)
	for _, name := range args[2:] {
		options := x509.VerifyOptions{Roots: pool, Intermediates: between, DNSName: name}
		if _, err := leaf.Verify(options); err != nil {
			return "", err
		}
	}
	return "verified", nil
}

func poolOf(path string) (*x509.CertPool, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(file) {
		return nil, errors.New("no certificate in " + path)
	}
	return pool, nil
}

// serve CERTIFICATE KEY: a TLS server as Traefik is one, until stdin ends. The first line on stdout is its port.
func serve(args []string) (string, error) {
	pair, err := tls.LoadX509KeyPair(args[0], args[1])
	if err != nil {
		return "", err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		return "", err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(connection)
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return "", err
}

func answer(connection net.Conn) {
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := connection.Read(make([]byte, 4096)); err == nil {
		_, _ = connection.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"))
	}
}

// sign KEY FORMATS: a token signed with the key, loaded as a service that takes FORMATS does.
func sign(args []string) (string, error) {
	key, err := load(args[0], strings.Split(args[1], ","))
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	algorithm := "RS256"
	if _, ok := key.(ed25519.PrivateKey); ok {
		algorithm = "EdDSA"
	}
	text := encode([]byte(`{"alg":"`+algorithm+`","typ":"JWT"}`)) + "." + encode([]byte(`{"iss":"mender.proof"}`))
	var signature []byte
	if algorithm == "RS256" {
		digest := sha256.Sum256([]byte(text))
		signature, err = key.Sign(rand.Reader, digest[:], crypto.SHA256)
	} else {
		signature, err = key.Sign(rand.Reader, []byte(text), crypto.Hash(0))
	}
	return text + "." + encode(signature), err
}

// verify KEY FORMATS TOKEN: checks a token with the public half of the key.
func verify(args []string) (string, error) {
	key, err := load(args[0], strings.Split(args[1], ","))
	if err != nil {
		return "", err
	}
	at := strings.LastIndex(args[2], ".")
	signature, err := base64.RawURLEncoding.DecodeString(args[2][at+1:])
	if err != nil {
		return "", err
	}
	text := []byte(args[2][:at])
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		digest := sha256.Sum256(text)
		err = rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature)
	case ed25519.PublicKey:
		if !ed25519.Verify(public, text, signature) {
			err = errors.New("the signature does not verify")
		}
	}
	return "verified", err
}

// load reads the first PEM block and chooses the parser by its label, among the formats that a release knows.
func load(path string, formats []string) (crypto.Signer, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	pkcs8 := slices.ContainsFunc(formats, func(format string) bool { return strings.HasPrefix(format, "pkcs8-") })
	switch {
	case block.Type == "RSA PRIVATE KEY" && slices.Contains(formats, "pkcs1-rsa"):
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case block.Type == "PRIVATE KEY" && pkcs8:
		return loadPkcs8(block.Bytes, formats)
	}
	return nil, fmt.Errorf("a key labelled %q is not one of %v", block.Type, formats)
}

func loadPkcs8(der []byte, formats []string) (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if slices.Contains(formats, "pkcs8-rsa") {
			return key, nil
		}
	case ed25519.PrivateKey:
		if slices.Contains(formats, "pkcs8-ed25519") {
			return key, nil
		}
	case *ecdsa.PrivateKey:
		return nil, errors.New("an EC key, which no token service takes")
	}
	return nil, fmt.Errorf("a PKCS#8 key that is not one of %v", formats)
}
