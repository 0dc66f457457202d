"""Tasks outlive the SDK that registered them, and propeller is not upgraded with it: releases read each other."""

from __future__ import annotations

import shutil

import pytest

from flyte_plugin_scaffold.flyte import versions

from . import expected, kept, strategies

ENTRIES = 12  # that a release keeps of every kind
EXAMPLES = 40  # of today's task configs that an old plugin is asked about

every_release = pytest.mark.parametrize(("version", "kind"), kept.releases())


def test_the_corpus_is_kept(kind, sides, request):
    """`make corpus` writes what this release sends; a release's corpus is not written twice."""
    version = versions.TEMPLATE_VERSION
    if not request.config.getoption("--corpus-keep"):
        assert (version, kind) in kept.releases(), f"nothing is kept of {kind}: run `make corpus` (see CONTRIBUTING.md)"
        return
    here = sides(kind)
    customs = here.customs(strategies.collect(here.plugin, ENTRIES, derandomize=True))
    results = here.build(customs)
    entries = [
        {"custom": custom, "spec": kept.reduced(each["object"]["spec"])} for custom, each in zip(customs, results)
    ]
    proto = (here.path / "proto" / here.plugin.names.proto_file).read_text()
    kept.write(version, kind, entries, proto)


@every_release
def test_an_old_sdk_is_understood(version, kind, sides):
    """What a release's SDK sent still becomes the spec that it became then."""
    entries, _ = kept.read(version, kind)
    assert entries
    here = sides(kind)
    for index, (entry, result) in enumerate(zip(entries, here.build([each["custom"] for each in entries]))):
        assert "error" not in result, f"entry {index} of {version}: {result['error']}"
        for default in here.plugin.spec_defaults:  # a later release may send more by default
            default.set_in(entry["spec"])
        problems = list(expected.differences(entry["spec"], kept.reduced(result["object"]["spec"])))
        assert not problems, f"entry {index} of {version}: {problems}"


@every_release
def test_an_old_plugin_is_understood(version, kind, sides, tmp_path):
    """Fields are only ever added, and a task config without the added ones is one that the old contract takes."""
    here = sides(kind)
    _, proto = kept.read(version, kind)
    customs = here.customs(strategies.collect(here.plugin, EXAMPLES))
    found = here.under_contract(proto, customs, tmp_path)
    assert found["changed"] == [], f"the wire contract of {version} is forever"
    for index, (custom, refused) in enumerate(zip(customs, found["refused"])):
        assert not refused, f"example {index}, {custom}: {refused}"
    same = kept.bare((here.path / "proto" / here.plugin.names.proto_file).read_text()) == proto
    assert not same or found["unknown"] == 0, "today's SDK sends what today's own contract does not have"


@pytest.mark.parametrize("kind", ["example"])
@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("optional int32 max_iterations = 6", "optional int64 max_iterations = 6"),
        ("solver = 4", "solver = 104"),
        ('"maxIterations"', '"mostIterations"'),
        ("repeated string tags", "optional string tags"),
        ("optional string solver", "optional string algorithm"),
    ],
)
def test_a_changed_field_is_noticed(then, now, kind, sides, tmp_path):
    """The check of the contract sees each way in which one breaks."""
    here = sides(kind)
    proto = (here.path / "proto" / here.plugin.names.proto_file).read_text()
    assert then in proto
    assert len(here.under_contract(proto.replace(then, now), [], tmp_path)["changed"]) == 1
    assert here.under_contract(proto, [], tmp_path)["changed"] == []


def test_what_is_kept_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "KEPT", tmp_path)
    kept.write("1.0.0", "Kind", [{"custom": {}, "spec": {}}], "// words\nmessage A {\n  // words\n  int32 a = 1;\n}\n")
    assert kept.read("1.0.0", "Kind") == ([{"custom": {}, "spec": {}}], "message A {\n  int32 a = 1;\n}\n")
    with pytest.raises(FileExistsError):
        kept.write("1.0.0", "Kind", [], "")
    shutil.rmtree(tmp_path / "1.0.0")
    assert kept.releases() == []
