// Command observe writes what rendered plugins and Flyte's own do, field by field, as JSON to the file that it is given.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"compared/parity"
)

func main() {
	rows, err := parity.Compare(context.Background())
	if err != nil {
		log.Fatal(err)
	}

	raw, err := json.Marshal(rows)
	if err != nil {
		log.Fatal(err)
	}

	if err := os.WriteFile(os.Args[1], raw, 0o600); err != nil {
		log.Fatal(err)
	}
}
