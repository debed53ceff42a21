"""llama.cpp's own server (tools/server), as the wheel `xllamacpp` carries it: python -m tests.models.llama_server --model M --port P"""

import argparse
import threading

import xllamacpp

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--port", type=int, required=True)
args = parser.parse_args()

params = xllamacpp.CommonParams()
params.model.path, params.port = args.model, args.port
params.n_parallel, params.n_ctx = 4, 4 * 256  # one context of 256 per row
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
threading.Event().wait()
