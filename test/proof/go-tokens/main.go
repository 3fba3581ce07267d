// A token service of Mender (user administration, device authentication) as far as its keys go: what each release loads
// from where, as which user, what it signs and what it accepts. Needs the standard library alone.
//
// One JSON request on stdin, one JSON answer on stdout. As root it runs in a root directory of its own that holds the
// mounts of the compose service and nothing else, as the service's user; else the paths are looked up in that
// directory, and modes aren't judged.
package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"syscall"
)

type mount struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	ReadOnly bool   `json:"readOnly"`
}

type request struct {
	Role        string            `json:"role"`
	Release     [3]int            `json:"release"`
	UID         int               `json:"uid"`
	GID         int               `json:"gid"`
	Mounts      []mount           `json:"mounts"`
	Environment map[string]string `json:"environment"`
	// An empty directory that becomes the root.
	Root string `json:"root"`
	// Tokens to be judged.
	Tokens []string `json:"tokens"`
}

type answer struct {
	Started bool   `json:"started"`
	Reason  string `json:"reason"`
	// Signed by the service; empty where it can't.
	Token    string `json:"token"`
	Accepted []bool `json:"accepted"`
	// Whether modes were judged: only root can become somebody else.
	AsUser bool `json:"asUser"`
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	told, err := judge(asked)
	if err != nil {
		told.Started, told.Reason = false, err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(told)
}

func judge(asked request) (answer, error) {
	told := answer{Accepted: []bool{}}
	// From 4.0.2 on the services are built with Go 1.24 and later, which refuses short keys and wrong values in RSA keys.
	if asked.atLeast(4, 0, 2) {
		os.Setenv("GODEBUG", "rsa1024min=1,x509rsacrt=1")
	} else {
		os.Setenv("GODEBUG", "rsa1024min=0,x509rsacrt=0")
	}
	for _, each := range asked.Mounts {
		home := "/etc/" + asked.Role
		if strings.HasPrefix(home+"/", each.Target+"/") {
			return told, fmt.Errorf("the mount at %s hides %s/config.yaml", each.Target, home)
		}
	}
	if err := putMounts(asked); err != nil {
		return told, err
	}
	root := asked.Root
	if os.Geteuid() == 0 {
		if err := become(asked); err != nil {
			return told, err
		}
		told.AsUser, root = true, "/"
	}
	service, err := start(asked, root)
	if err != nil {
		return told, err
	}
	told.Started = true
	if token, err := service.sign(); err == nil {
		told.Token = token
	} else {
		told.Reason = err.Error()
	}
	for _, token := range asked.Tokens {
		told.Accepted = append(told.Accepted, service.accepts(token))
	}
	return told, nil
}

func (r request) atLeast(major, minor, patch int) bool {
	for index, want := range []int{major, minor, patch} {
		if r.Release[index] != want {
			return r.Release[index] > want
		}
	}
	return true
}

// putMounts copies what is mounted, modes and owners too, in the order of Docker: what is above comes first.
func putMounts(asked request) error {
	mounts := append([]mount{}, asked.Mounts...)
	sort.SliceStable(mounts, func(a, b int) bool {
		return strings.Count(mounts[a].Target, "/") < strings.Count(mounts[b].Target, "/")
	})
	var readOnly []string
	for _, each := range mounts {
		at := filepath.Join(asked.Root, each.Target)
		if _, err := os.Lstat(at); err != nil {
			for _, directory := range readOnly {
				if strings.HasPrefix(each.Target, directory+"/") {
					return fmt.Errorf("nothing to mount on at %s: read-only file system", each.Target)
				}
			}
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		status, err := os.Stat(each.Source)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			// Docker makes a directory of root's.
			if err := os.MkdirAll(at, 0o755); err != nil {
				return err
			}
		case err != nil:
			return err
		case status.IsDir():
			if err := copyDirectory(each.Source, at); err != nil {
				return err
			}
			if each.ReadOnly {
				readOnly = append(readOnly, each.Target)
			}
		default:
			if err := copyFile(each.Source, at, status); err != nil {
				return err
			}
		}
	}
	return nil
}

func copyDirectory(source, at string) error {
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	status, err := os.Stat(source)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	for _, entry := range entries {
		from, to := filepath.Join(source, entry.Name()), filepath.Join(at, entry.Name())
		inside, err := os.Lstat(from)
		if err != nil {
			return err
		}
		switch {
		case inside.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(from)
			if err != nil {
				return err
			}
			err = os.Symlink(target, to)
			if err != nil {
				return err
			}
		case inside.IsDir():
			if err := copyDirectory(from, to); err != nil {
				return err
			}
		default:
			if err := copyFile(from, to, inside); err != nil {
				return err
			}
		}
	}
	return give(at, status)
}

func copyFile(source, at string, status fs.FileInfo) error {
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	os.RemoveAll(at)
	if err := os.WriteFile(at, content, 0o600); err != nil {
		return err
	}
	return give(at, status)
}

func give(at string, status fs.FileInfo) error {
	if owner, ok := status.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		if err := os.Lchown(at, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(at, status.Mode().Perm())
}

func become(asked request) error {
	if err := os.Chmod(asked.Root, 0o755); err != nil {
		return err
	}
	if err := syscall.Chroot(asked.Root); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if asked.UID == 0 {
		return nil
	}
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(asked.GID); err != nil {
		return err
	}
	return syscall.Setuid(asked.UID)
}

// A key as a handler of tokens: nil where a file without PEM block was taken for one.
type handler struct {
	id  int
	key crypto.Signer
}

type service struct {
	request  request
	signing  *handler
	byID     map[int]*handler
	fallback *handler
}

var numbered = regexp.MustCompile(`^private\.id\.([0-9]*)\.pem$`)

func start(asked request, root string) (*service, error) {
	upper := strings.ToUpper(asked.Role)
	standard := "/etc/" + asked.Role + "/rsa/private.pem"
	path := asked.Environment[upper+"_SERVER_PRIV_KEY_PATH"]
	if path == "" {
		path = standard
	}
	made := &service{request: asked, byID: map[int]*handler{}}
	if asked.atLeast(3, 7, 0) {
		directory := filepath.Join(root, filepath.Dir(path))
		entries, err := os.ReadDir(directory)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if !numbered.MatchString(entry.Name()) {
				continue
			}
			// Stricter than the services, which leave out what they can't load: nothing made here may be like that.
			other, err := load(asked, filepath.Join(directory, entry.Name()))
			if err != nil {
				return nil, err
			}
			made.byID[other.id] = other
		}
		if asked.Role == "useradm" {
			if other, err := load(asked, filepath.Join(root, standard)); err == nil {
				made.byID[0] = other
			}
		}
	}
	signing, err := load(asked, filepath.Join(root, path))
	if err != nil {
		return nil, err
	}
	made.signing = signing
	made.byID[signing.id] = signing
	if fallback := asked.Environment[upper+"_SERVER_FALLBACK_PRIV_KEY_PATH"]; fallback != "" && asked.atLeast(3, 1, 0) {
		if made.fallback, err = load(asked, filepath.Join(root, fallback)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func load(asked request, path string) (*handler, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	made := &handler{}
	if found := numbered.FindStringSubmatch(filepath.Base(path)); found != nil {
		made.id, _ = strconv.Atoi(found[1])
	}
	block, _ := pem.Decode(content)
	if block == nil {
		if asked.atLeast(3, 7, 0) {
			return made, nil
		}
		return nil, errors.New("no PEM block in " + path)
	}
	switch {
	case block.Type == "RSA PRIVATE KEY":
		made.key, err = pkcs1(asked, block.Bytes)
		return made, err
	case block.Type == "PRIVATE KEY" && asked.atLeast(3, 4, 0):
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		switch key := key.(type) {
		case *rsa.PrivateKey:
			made.key = key
			return made, nil
		case ed25519.PrivateKey:
			if asked.atLeast(3, 7, 0) {
				made.key = key
				return made, nil
			}
		}
	}
	return nil, fmt.Errorf("unknown server private key type; got: %s, want: RSA PRIVATE KEY", block.Type)
}

type primes struct {
	Prime, Exponent, Coefficient *big.Int
}

type rsaKey struct {
	Version             int
	N, E, D, P, Q       *big.Int
	Dp, Dq, Qinv        *big.Int `asn1:"optional"`
	AdditionalPrimeInfo []primes `asn1:"optional,omitempty"`
}

// Below 4.0.2 the values for the Chinese remainder theorem are computed anew, whatever is in the file.
func pkcs1(asked request, der []byte) (crypto.Signer, error) {
	if asked.atLeast(4, 0, 2) {
		return x509.ParsePKCS1PrivateKey(der)
	}
	var parts rsaKey
	if rest, err := asn1.Unmarshal(der, &parts); err != nil || len(rest) > 0 {
		return nil, errors.Join(errors.New("x509: failed to parse private key"), err)
	}
	if parts.E.Cmp(big.NewInt(1<<31-1)) > 0 || parts.Version > 1 {
		return nil, errors.New("x509: public exponent too large, or a version that isn't known")
	}
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: parts.N, E: int(parts.E.Int64())},
		D:         parts.D,
		Primes:    []*big.Int{parts.P, parts.Q},
	}
	for _, more := range parts.AdditionalPrimeInfo {
		key.Primes = append(key.Primes, more.Prime)
	}
	if err := key.Validate(); err != nil {
		return nil, err
	}
	key.Precompute()
	return key, nil
}

type header struct {
	Algorithm string `json:"alg"`
	ID        *int   `json:"kid,omitempty"`
	Type      string `json:"typ"`
}

var encoding = base64.RawURLEncoding

func (s *service) sign() (string, error) {
	key := s.signing.key
	if key == nil {
		return "", errors.New("no key to sign with")
	}
	head := header{Algorithm: "RS256", Type: "JWT"}
	if _, isEd := key.(ed25519.PrivateKey); isEd {
		head.Algorithm = "EdDSA"
	}
	if s.request.atLeast(3, 7, 0) {
		head.ID = &s.signing.id
	}
	first, err := json.Marshal(head)
	if err != nil {
		return "", err
	}
	unique := make([]byte, 12)
	rand.Read(unique)
	claims := fmt.Sprintf(`{"iss":"mender.%s","jti":"%x"}`, s.request.Role, unique)
	text := encoding.EncodeToString(first) + "." + encoding.EncodeToString([]byte(claims))
	message, options := []byte(text), crypto.Hash(0)
	if head.Algorithm == "RS256" {
		digest := sha256.Sum256(message)
		message, options = digest[:], crypto.SHA256
	}
	signature, err := key.Sign(rand.Reader, message, options)
	if err != nil {
		return "", err
	}
	return text + "." + encoding.EncodeToString(signature), nil
}

func (s *service) accepts(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	first, err := encoding.DecodeString(parts[0])
	if err != nil {
		return false
	}
	var head header
	if json.Unmarshal(first, &head) != nil {
		return false
	}
	id := 0
	if head.ID != nil {
		id = *head.ID
	}
	if s.request.atLeast(3, 7, 0) {
		own, known := s.byID[id]
		// User administration refuses what has no key of that number before it asks the fallback key.
		if !known && s.request.Role == "useradm" {
			return false
		}
		if known && own.verifies(parts, head) {
			return true
		}
	} else if s.signing.verifies(parts, head) {
		return true
	}
	return s.fallback != nil && s.fallback.verifies(parts, head)
}

func (h *handler) verifies(parts []string, head header) bool {
	signature, err := encoding.DecodeString(parts[2])
	if err != nil || h.key == nil {
		return false
	}
	message := []byte(parts[0] + "." + parts[1])
	switch public := h.key.Public().(type) {
	case *rsa.PublicKey:
		digest := sha256.Sum256(message)
		return head.Algorithm == "RS256" && rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
	case ed25519.PublicKey:
		return head.Algorithm == "EdDSA" && ed25519.Verify(public, message, signature)
	}
	return false
}
