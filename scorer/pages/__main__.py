"""`python -m scorer.pages`: serves the app."""

import argparse
import sys

from scorer.errors import ScorerError
from scorer.pages.server import serve

parser = argparse.ArgumentParser(prog="python -m scorer.pages", description="Serves the app.")
parser.add_argument("--port", type=int, default=8501)
parser.add_argument("--address", default="localhost", help="what to listen on (this machine only)")
arguments = parser.parse_args()
try:
    serve(arguments.port, arguments.address)
except ScorerError as error:
    sys.exit(str(error))
