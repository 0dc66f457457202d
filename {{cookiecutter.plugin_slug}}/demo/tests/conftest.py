import sys
from pathlib import Path

# The demo is no package: pyflyte, too, imports `workflows` from the folder it is in.
sys.path.insert(0, str(Path(__file__).parents[1]))
