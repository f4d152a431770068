"""A program of its own that holds a file against the XML schema of BPMN 2.0, as SpiffWorkflow (LGPL-3.0) ships it."""

from __future__ import annotations

import sys

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

if __name__ == "__main__":
    BpmnValidator().validate(etree.parse(sys.argv[1]))
    sys.stdout.write("valid")
