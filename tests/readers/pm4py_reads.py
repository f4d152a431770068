"""A program of its own that opens our exports with pm4py and tells what it found, as JSON.

pm4py is AGPL-3.0: no code of ours imports it or is imported here; files go in and figures come out.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter

warnings.simplefilter("ignore")

import pm4py  # noqa: E402  its warnings are its own


def xes(path: str) -> dict[str, object]:
    """A log of events."""
    log = pm4py.read_xes(path)
    cases = log.groupby("case:concept:name")["concept:name"].apply(list)
    return {
        "events": len(log),
        "cases": {case: list(activities) for case, activities in cases.items()},
        "columns": sorted(log.columns),
        "transitions": Counter(log["lifecycle:transition"]),
        "resources": sorted(set(log["org:resource"])),
    }


def ocel(path: str) -> dict[str, object]:
    """An object-centric log."""
    log = pm4py.read_ocel2_json(path)
    return {
        "events": len(log.events),
        "activities": Counter(log.events["ocel:activity"]),
        "objects": Counter(log.objects["ocel:type"]),
        "relations": len(log.relations),
        "qualifiers": sorted(set(log.relations["ocel:qualifier"])),
        "between_objects": sorted(set(log.o2o["ocel:qualifier"])),
    }


def fitness(log_path: str, model_path: str, names: str) -> dict[str, object]:
    """How well each case of a log of stages fits the BPMN model (1 is perfectly), and whether the model is sound."""
    log = pm4py.read_xes(log_path)
    done = log[log["lifecycle:transition"] == "complete"].copy()
    done["concept:name"] = done["concept:name"].map(json.loads(names))
    model = pm4py.read_bpmn(model_path)
    net, begin, end = pm4py.convert_to_petri_net(model)
    aligned = pm4py.conformance_diagnostics_alignments(done, net, begin, end)
    cases = list(dict.fromkeys(done["case:concept:name"]))
    return {
        "nodes": len(model.get_nodes()),
        "fitness": dict(zip(cases, [one["fitness"] for one in aligned], strict=True)),
        "sound": bool(pm4py.check_soundness(net, begin, end)[0]),
    }


if __name__ == "__main__":
    kind, path, *others = sys.argv[1:]
    found = fitness(path, *others) if kind == "fitness" else xes(path) if kind == "xes" else ocel(path)
    sys.stdout.write("\n" + json.dumps(found))
