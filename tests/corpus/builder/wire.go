package main

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// wire has messages of a contract as JSON and as bytes.
type wire struct {
	Message protoreflect.FullName `json:"message,omitempty"`
	Customs []json.RawMessage     `json:"customs"`
	Bytes   [][]byte              `json:"bytes"`
}

// turned returns each custom as bytes, and each message as JSON.
func (w *wire) turned() (*wire, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(w.Message)
	if err != nil {
		return nil, err
	}

	out := &wire{Customs: []json.RawMessage{}, Bytes: [][]byte{}}

	for _, custom := range w.Customs {
		message := kind.New().Interface()
		if err := protojson.Unmarshal(custom, message); err != nil {
			return nil, err
		}

		raw, err := proto.Marshal(message)
		if err != nil {
			return nil, err
		}

		out.Bytes = append(out.Bytes, raw)
	}

	for _, raw := range w.Bytes {
		message := kind.New().Interface()
		if err := proto.Unmarshal(raw, message); err != nil {
			return nil, err
		}

		custom, err := protojson.Marshal(message)
		if err != nil {
			return nil, err
		}

		out.Customs = append(out.Customs, custom)
	}

	return out, nil
}
