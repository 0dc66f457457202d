package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"

	"example.com/flyte/plugin/internal/plugintest"
)

// meaningOfStatus is what the plugin makes of a status, before anything else than the status is asked.
type meaningOfStatus struct {
	Phase    Phase  `json:"phase"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
	Unlisted string `json:"unlisted"`
	AsksJob  bool   `json:"asksJob"`
}

// readRows are what of a kind decides about its statuses.
type readRows struct {
	Status StatusRows
	Phases struct {
		PhaseRows
		Rules, Fallbacks []readRule
	}
}

// readRule is a rule with its terms by their names.
type readRule struct {
	Phase Phase
	Terms []struct {
		Name      string
		Arguments []any
	}
}

// MeaningOf reads a resource as the API server gives it, beside the Jobs that it owns. rows stand for the kind's own, unless they
// are empty.
func (p *Plugin) MeaningOf(rows, resource json.RawMessage, jobs []batchv1.Job) (any, error) {
	if len(rows) > 0 {
		return meaningIn(rows, resource, jobs)
	}

	object := p.identity()
	if err := json.Unmarshal(resource, object); err != nil {
		return nil, err
	}

	status, err := p.kind.Objects.status(&p.reads, object)
	if err != nil {
		return nil, err
	}

	return p.meaningOf(*status, jobs), nil
}

func meaningIn(given, resource json.RawMessage, jobs []batchv1.Job) (any, error) {
	var rows readRows
	if err := json.Unmarshal(given, &rows); err != nil {
		return nil, err
	}

	var content struct{ Status ObjectStatus[readRows] }

	s := &state{kind: Kind{Status: rows.Status, Phases: rows.Phases.PhaseRows}}
	s.kind.Phases.Rules, s.kind.Phases.Fallbacks = rulesOf(rows.Phases.Rules), rulesOf(rows.Phases.Fallbacks)
	s.phases = s.bindPhases()

	// As the informer decodes it.
	readsOf.Store(reflect.TypeFor[readRows](), &s.reads)

	if err := json.Unmarshal(resource, &content); err != nil {
		return nil, err
	}

	return s.meaningOf(content.Status.Status, jobs), nil
}

func rulesOf(given []readRule) []Rule {
	var found []Rule

	for _, rule := range given {
		terms := make([]Term, len(rule.Terms))
		for i, each := range rule.Terms {
			terms[i] = termOf(each.Name, each.Arguments)
		}

		found = append(found, rule.Phase.When(terms...))
	}

	return found
}

func termOf(name string, arguments []any) Term {
	texts := make([]string, len(arguments))
	for i, each := range arguments {
		texts[i] = fmt.Sprint(each)
	}

	switch name {
	case "Is":
		return Is(texts[0], texts[1:]...)
	case "IsSet":
		return IsSet(texts...)
	case "Flag":
		return Flag(arguments[0].(bool), texts[1:]...)
	case "Number":
		return Number(texts[0], texts[1:]...)
	case "Condition":
		return Condition(texts[0], texts[1], texts[2])
	case "OwnedJob":
		return OwnedJob(batchv1.JobConditionType(texts[0]))
	default:
		panic(name)
	}
}

func (s *state) meaningOf(status Status, jobs []batchv1.Job) meaningOfStatus {
	asks := s.asksJob(&status)

	for _, job := range jobs {
		status.jobs = append(status.jobs, job.Status)
	}

	found := s.phaseOf(&status)

	return meaningOfStatus{found.phase, found.state, found.reason(), found.unlisted, asks}
}

// LinksOf returns the links of a resource that runs, beside its pods: name and address of each.
func (p *Plugin) LinksOf(resource json.RawMessage, pods []*corev1.Pod, links logs.LogConfig) ([][2]string, error) {
	object := p.identity()
	if err := json.Unmarshal(resource, object); err != nil {
		return nil, err
	}

	status, err := p.kind.Objects.status(&p.reads, object)
	if err != nil {
		return nil, err
	}

	config := *p.Config()
	config.Logs = links

	if err := p.SetConfig(&config); err != nil {
		return nil, err
	}

	// What a look lists is there already.
	watched := p.WithClient(fake.NewClientset())
	watched.inspector().podsHaveLabels.Store(true)

	look := &look{Plugin: watched, object: object, listed: pods, isListed: true}

	found, err := watched.taskLogs(context.Background(), plugintest.NewContext(&core.TaskTemplate{}), look, status, PhaseRunning)
	if err != nil {
		return nil, err
	}

	named := [][2]string{}
	for _, link := range p.appendDashboards(found, status) {
		named = append(named, [2]string{link.GetName(), link.GetUri()})
	}

	return named, nil
}
