//go:build !nospark

// The module of the Spark operator is pinned to a commit that some module proxies do not have. With -tags nospark,
// propeller is built without Spark tasks.

package main

import _ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/spark"
