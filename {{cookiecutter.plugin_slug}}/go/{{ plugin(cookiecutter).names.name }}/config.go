{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	pluginsConfig "github.com/flyteorg/flyte/flyteplugins/go/tasks/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
)

//go:generate pflags Config --default-var=defaultConfig

var (
	defaultConfig = Config{
		Logs: logs.DefaultConfig,
{% if p.roles %}

		ServiceAccount: {{ p.options.get("service_account", "") | quoted }},
{% endif %}
	}

	configSection = pluginsConfig.MustRegisterSubSection({{ p.names.name | quoted }}, &defaultConfig)
)

// Config is the section plugins.{{ p.names.name }} of propeller's configuration.
type Config struct {
	Logs logs.LogConfig `json:"logs" pflag:",Log links of the pods."`

	PodNames map[string]string `json:"pod-names" pflag:"-,Names of the pods by role, for log links. {{ '{{ .generatedName }}' }} is the resource's name."`

{% if p.roles %}
	ServiceAccount string `json:"service-account" pflag:",Service account of pods whose task names none."`

{% endif %}
	AllowUnknownFields bool `json:"allow-unknown-fields" pflag:",Ignore what this version of the plugin does not know of a task and log a warning."`
}

// GetConfig returns the configuration in effect.
func GetConfig() *Config {
	return configSection.GetConfig().(*Config)
}

// SetConfig replaces the configuration; it is for tests.
func SetConfig(cfg *Config) error {
	return configSection.SetConfig(cfg)
}
