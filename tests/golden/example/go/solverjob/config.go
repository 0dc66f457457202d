package solverjob

import (
	"time"

	pluginsConfig "github.com/flyteorg/flyte/flyteplugins/go/tasks/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flytestdlib/config"

	"github.com/example/flyte-solverjob-plugin/internal/overrides"
)

// pflags also writes a test of its own code, which has no place here.
//go:generate pflags Config --default-var=defaultConfig
//go:generate rm config_flags_test.go

var (
	defaultConfig = Config{
		Diagnosis: DiagnosisConfig{
			Enabled:     true,
			GracePeriod: config.Duration{Duration: 30 * time.Second},
			Interval:    config.Duration{Duration: 30 * time.Second},
			QPS:         5,
		},

		Overrides: OverridesConfig{
			Spec:        []string{overrides.Any},
			PodTemplate: []string{overrides.Any},
		},

		ProgressInterval: config.Duration{Duration: 10 * time.Second},
		StuckTimeout:     config.Duration{Duration: 5 * time.Minute},

		StaleStatusTimeout: config.Duration{Duration: 5 * time.Minute},

		ServiceAccount: "",
	}

	configSection = pluginsConfig.MustRegisterSubSection("solverjob", &defaultConfig)
)

// Config is the section plugins.solverjob of propeller's configuration.
type Config struct {
	Logs               logs.LogConfig  `json:"logs" pflag:",Log links of the pods, if not those of plugins.logs."`
	Diagnosis          DiagnosisConfig `json:"diagnosis" pflag:",Diagnosis of resources that do not run."`
	SpecDefaults       string          `json:"spec-defaults" pflag:",YAML of spec fields that resources have unless their task says otherwise. Text, so that its keys keep their case."`
	Overrides          OverridesConfig `json:"overrides" pflag:",Fields that tasks may set beyond those of the SDK."`
	ProgressInterval   config.Duration `json:"progress-interval" pflag:",Least time between two events about the same state of a task. It grows with their number."`
	StuckTimeout       config.Duration `json:"stuck-timeout" pflag:",Time after which a resource without any status is retried. 0 is never."`
	StaleStatusTimeout config.Duration `json:"stale-status-timeout" pflag:",Time after which an end counts that the operator tells of an earlier generation of the resource. 0 is never."`
	ServiceAccount     string          `json:"service-account" pflag:",Service account of pods whose task names none."`
	AllowUnknownFields bool            `json:"allow-unknown-fields" pflag:",Ignore unknown fields of a task and log a warning."`
}

// DiagnosisConfig configures the diagnosis of resources that do not run.
type DiagnosisConfig struct {
	Enabled     bool            `json:"enabled" pflag:",Look at the pods and events of resources that do not run."`
	GracePeriod config.Duration `json:"grace-period" pflag:",Time that a resource may wait before its pods and events are listed."`
	Interval    config.Duration `json:"interval" pflag:",Minimum time between two diagnoses of one resource. It grows while they find nothing new."`
	QPS         int             `json:"qps" pflag:",Most looks a second at all resources, failed ones included."`
}

// OverridesConfig allows paths, each including all paths below it. An asterisk allows every path, an empty list none.
type OverridesConfig struct {
	Spec        []string `json:"spec" pflag:",Paths that spec_overrides may set (.spec.workers[].template)."`
	PodTemplate []string `json:"pod-template" pflag:",Paths that a role's pod_template may set (.spec.tolerations)."`
}

// GetConfig returns the configuration in effect.
func GetConfig() *Config {
	return configSection.GetConfig().(*Config)
}

// SetConfig replaces the configuration; it is for tests.
func SetConfig(cfg *Config) error {
	return configSection.SetConfig(cfg)
}
