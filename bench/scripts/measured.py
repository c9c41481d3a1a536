"""Runs a command: `measured.py COMMAND …`.

Prints a JSON list of the output of the command and the kilobytes of its largest process.
"""

import json
import resource
import subprocess
import sys

ended = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
json.dump([ended.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss], sys.stdout)
sys.exit(ended.returncode)
