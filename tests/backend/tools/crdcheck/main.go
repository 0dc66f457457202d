// Command crdcheck judges custom resources by their CRD, with the code with which the API server does it.
//
// It reads {"crd": ..., "version": "v1", "objects": [...]} from its standard input and writes one list of problems for each
// object: fields that would be dropped, and values that would be refused.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type request struct {
	CRD     apiextensionsv1.CustomResourceDefinition `json:"crd"`
	Version string                                   `json:"version"`
	Objects []map[string]any                         `json:"objects"`
}

type checker struct {
	structural *structuralschema.Structural
	values     validation.SchemaValidator
	rules      *cel.Validator
}

func newChecker(crd *apiextensionsv1.CustomResourceDefinition, version string) (*checker, error) {
	internal := &apiextensions.CustomResourceDefinition{}
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(
		crd, internal, nil); err != nil {
		return nil, err
	}

	schema, err := apiextensions.GetSchemaForVersion(internal, version)
	if err != nil {
		return nil, err
	} else if schema == nil {
		return nil, fmt.Errorf("the CRD has no schema for version %q", version)
	}

	structural, err := structuralschema.NewStructural(schema.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}

	values, _, err := validation.NewSchemaValidator(schema.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}

	return &checker{structural, values, cel.NewValidator(structural, true, celconfig.PerCallLimit)}, nil
}

// problems does what the API server does with an object that is created, in its order.
func (c *checker) problems(object map[string]any) []string {
	found := []string{}

	for _, path := range pruning.PruneWithOptions(object, c.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		found = append(found, path+": would be dropped")
	}

	defaulting.PruneNonNullableNullsWithoutDefaults(object, c.structural)
	defaulting.Default(object, c.structural)

	wrong := validation.ValidateCustomResource(nil, object, c.values)
	wrong = append(wrong, objectmeta.Validate(nil, object, c.structural, false)...)
	wrong = append(wrong, listtype.ValidateListSetsAndMaps(nil, c.structural, object)...)

	if len(wrong) == 0 && c.rules != nil {
		broken, _ := c.rules.Validate(context.Background(), field.NewPath(""), c.structural, object, nil,
			celconfig.RuntimeCELCostBudget)
		wrong = append(wrong, broken...)
	}

	for _, each := range wrong {
		found = append(found, each.Error())
	}

	return found
}

func run(in io.Reader, out io.Writer) error {
	raw, err := io.ReadAll(in)
	if err != nil {
		return err
	}

	var asked request
	// Whole numbers become int64, as they do in the API server: its validation knows no other integers.
	if err := json.Unmarshal(raw, &asked); err != nil {
		return err
	}

	check, err := newChecker(&asked.CRD, asked.Version)
	if err != nil {
		return err
	}

	answer := make([][]string, len(asked.Objects))
	for i, object := range asked.Objects {
		answer[i] = check.problems(object)
	}

	written, err := json.Marshal(answer)
	if err != nil {
		return err
	}

	_, err = out.Write(written)

	return err
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
