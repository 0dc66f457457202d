package solverjob

import "github.com/example/flyte-solverjob-plugin/internal/overrides"

// The roles of a SolverJob's pods, derived from the CRD. Change them if the operator behaves differently.
var (
	// The pod that runs the user's program. A job has one.
	driverRole = role{name: "driver", runs: userCommand, leader: true, without: []string{"command"}, place: podTemplate("template")}

	// The pods that the driver hands its work to.
	workersRole = role{name: "workers", runs: imageCommand, place: podTemplate("template")}
)

// role describes the pods of one role.
type role struct {
	// name is the role's name in the SDK.
	name string
	// runs is what the pods run, unless the user gives the role a command.
	runs command
	// argv is what the pods run where runs is fixedCommand.
	argv []string
	// submitted says that the role is a command alone, which the operator runs in a pod that is not the role's.
	submitted bool
	// leader marks a role that others depend on: beside them its pods are not interruptible unless the user says so.
	leader bool
	// container is the name that the operator requires for the main container. Empty keeps Flyte's default.
	container string
	// without are the fields of Role that this one cannot have: the resource has no room for them.
	without []string
	// unless are values of the spec beside which the operator takes no object of the role.
	unless []overrides.Alternative
	// place puts a pod into the object around it, and lays over it what spec_overrides have there.
	place func(object map[string]any, pod *pod) error
}

// command is what the pods of a role run.
type command int

const (
	// userCommand is the task's own command. A pod that runs it is not restarted in place: Flyte retries tasks.
	userCommand command = iota
	// imageCommand is the command of the image.
	imageCommand
	// fixedCommand is the role's argv.
	fixedCommand
	// operatorCommand is what the operator runs in a pod of its own beside the task's, such as one that submits its command. The
	// pod is whose the task's pods are, and goes where they go, but does nothing of their work.
	operatorCommand
)
