// Command reference loads Compose stacks with compose-go, the reference implementation, and prints what our own
// loader has to agree with. One JSON request a line on stdin, one JSON answer a line on stdout.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sort"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/paths"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// request is one stack. Dir is the directory that Compose is called in; the other paths are absolute or relative to it.
type request struct {
	Dir              string            `json:"dir"`
	Files            []string          `json:"files"`
	ProjectDirectory string            `json:"projectDirectory"`
	EnvFiles         []string          `json:"envFiles"`
	Env              map[string]string `json:"env"`
	Home             string            `json:"home"`
}

type mount struct {
	Type     string `json:"type"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	ReadOnly bool   `json:"readOnly"`
	// Device is the host directory of a volume that is really a bind mount.
	Device string `json:"device,omitempty"`
}

type grant struct {
	Source      string `json:"source"`
	Target      string `json:"target"`
	File        string `json:"file,omitempty"`
	Environment string `json:"environment,omitempty"`
	External    bool   `json:"external,omitempty"`
}

type service struct {
	Image       string             `json:"image"`
	Build       bool               `json:"build"`
	Inactive    bool               `json:"inactive"`
	Mounts      []mount            `json:"mounts"`
	Environment map[string]*string `json:"environment"`
	Secrets     []grant            `json:"secrets"`
	Configs     []grant            `json:"configs"`
	// Aliases are container name, host name and the aliases of all networks.
	Aliases []string `json:"aliases"`
	Command []string `json:"command"`
}

type answer struct {
	Services map[string]service `json:"services,omitempty"`
	Error    string             `json:"error,omitempty"`
}

func main() {
	logrus.SetOutput(io.Discard)
	// Short-lived, with memory to spare: time is what it lacks.
	debug.SetGCPercent(800)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			encoded, failure := json.Marshal(answerTo(line))
			if failure != nil {
				panic(failure)
			}
			out.Write(append(encoded, '\n'))
			// What is answered stays answered when a later stack ends the program.
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}

// answerTo never panics: what makes the reference panic, it rejects.
func answerTo(line []byte) (result answer) {
	defer func() {
		if failure := recover(); failure != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", failure)}
		}
	}()
	var wanted request
	if err := json.Unmarshal(line, &wanted); err != nil {
		return answer{Error: err.Error()}
	}
	services, err := load(wanted)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Services: services}
}

// load does as `docker compose` does when it is called in wanted.Dir, except that the environment is the given one alone.
func load(wanted request) (map[string]service, error) {
	if err := os.Chdir(wanted.Dir); err != nil {
		return nil, err
	}
	os.Setenv("HOME", wanted.Home)
	env := []string{}
	for name, value := range wanted.Env {
		env = append(env, name+"="+value)
	}
	options, err := cli.NewProjectOptions(
		wanted.Files,
		cli.WithWorkingDirectory(wanted.ProjectDirectory),
		cli.WithEnv(env),
		cli.WithEnvFiles(wanted.EnvFiles...),
		cli.WithDotEnv,
		cli.WithDefaultProfiles(),
	)
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	result := map[string]service{}
	for name, config := range project.Services {
		result[name] = describe(project, config, scaledAway(config))
	}
	// Services behind a profile are not started, but they are there; their environment files come last, as ever.
	for name, config := range project.DisabledServices {
		alone := *project
		alone.Services = types.Services{name: config}
		if resolved, err := alone.WithServicesEnvironmentResolved(false); err == nil {
			result[name] = describe(project, resolved.Services[name], true)
			continue
		}
		// Nothing was read of what it would get.
		described := describe(project, config, true)
		described.Environment = nil
		result[name] = described
	}
	return result, nil
}

func scaledAway(config types.ServiceConfig) bool {
	return config.GetScale() == 0
}

func describe(project *types.Project, config types.ServiceConfig, inactive bool) service {
	result := service{
		Image:       config.Image,
		Build:       config.Build != nil,
		Inactive:    inactive,
		Mounts:      []mount{},
		Environment: map[string]*string{},
		Secrets:     []grant{},
		Configs:     []grant{},
		Aliases:     []string{},
		Command:     config.Command,
	}
	for _, volume := range config.Volumes {
		result.Mounts = append(result.Mounts, mount{
			Type:     volume.Type,
			Source:   volume.Source,
			Target:   volume.Target,
			ReadOnly: volume.ReadOnly,
			Device:   device(project, volume),
		})
	}
	for name, value := range config.Environment {
		result.Environment[name] = value
	}
	for _, secret := range config.Secrets {
		top := project.Secrets[secret.Source]
		result.Secrets = append(result.Secrets, grant{
			Source: secret.Source, Target: secret.Target,
			File: top.File, Environment: top.Environment, External: bool(top.External),
		})
	}
	for _, used := range config.Configs {
		top := project.Configs[used.Source]
		result.Configs = append(result.Configs, grant{
			Source: used.Source, Target: used.Target,
			File: top.File, Environment: top.Environment, External: bool(top.External),
		})
	}
	if config.ContainerName != "" {
		result.Aliases = append(result.Aliases, config.ContainerName)
	}
	if config.Hostname != "" {
		result.Aliases = append(result.Aliases, config.Hostname)
	}
	for _, network := range config.Networks {
		if network != nil {
			result.Aliases = append(result.Aliases, network.Aliases...)
		}
	}
	sort.Strings(result.Aliases)
	return result
}

// device is the absolute host path of a local volume with the options of a bind mount.
func device(project *types.Project, volume types.ServiceVolumeConfig) string {
	if volume.Type != types.VolumeTypeVolume {
		return ""
	}
	top, found := project.Volumes[volume.Source]
	if !found || (top.Driver != "" && top.Driver != "local") || bool(top.External) {
		return ""
	}
	path := top.DriverOpts["device"]
	for _, option := range strings.Split(top.DriverOpts["o"], ",") {
		if (option == "bind" || option == "rbind") && (strings.HasPrefix(path, "/") || paths.IsWindowsAbs(path)) {
			return path
		}
	}
	return ""
}
