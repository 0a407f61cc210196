"""
One step, in a process of its own: `stage.py NAME CORPUS`, with HYLLAN_HOME set.

The processes that read files begin with this file as well, and need nothing of it.
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    import django

    django.setup()

    from pipelining.stages import STAGES

    sys.stdout.write(json.dumps(STAGES[sys.argv[1]](Path(sys.argv[2]))) + "\n")
