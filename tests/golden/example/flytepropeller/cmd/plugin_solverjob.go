package main

import _ "github.com/example/flyte-solverjob-plugin/go/solverjob"
