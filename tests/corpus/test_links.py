"""What is linked in Flyte's console is the same to the connector and to the Go plugin: names, addresses and their order."""

from __future__ import annotations


def test_the_same_pods_have_the_same_links(kind, read):
    links = read(kind)[1]
    links.compare()
    assert sum(map(bool, links.go)) > len(links.go) / 2, "chance makes too few links"
    assert max(map(len, links.go)) > 20, "chance makes no role of more pods than are linked"
