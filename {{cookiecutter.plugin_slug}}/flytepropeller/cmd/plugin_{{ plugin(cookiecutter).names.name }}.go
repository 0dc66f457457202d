{% set p = plugin(cookiecutter) %}
package main

import _ "{{ p.names.go_module }}/go/{{ p.names.name }}"
