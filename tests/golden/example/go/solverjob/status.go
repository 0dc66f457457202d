package solverjob

// Status is what the plugin reads of the status that the operator writes.
type Status struct {
	DriverPodName string `json:"driverPodName,omitempty"`

	Message string `json:"message,omitempty"`

	Phase string `json:"phase,omitempty"`

	ServiceName string `json:"serviceName,omitempty"`

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
}

// state is the operator's word for where the resource stands. It is empty until there is one.
func (s *Status) state() string {
	return s.Phase
}

// message is what the operator says to people about a state.
func (s *Status) message(string) string {
	return s.Message
}
