#!/usr/bin/python3
"""Where a compiled network's time goes, kernel by kernel.

  profile_layers.py BUILD MODEL.net LIBRARY [CODE.cpp]

LIBRARY is the network compiled as bench_model wants it (so is the emitted CODE: by default LIBRARY with .cpp). Samples
bench_model with Linux's perf; prints for each kernel the share of the time, how often a run calls it, microseconds a call, and
the GFLOP/s that its layer's multiply-adds make of that. Layers of equal shape share a kernel, called after the first.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def layer_macs(cnnc, net):
    """Multiply-adds by layer, under the names that the code gives to kernels."""
    table = subprocess.run([cnnc, "check", net], check=True, capture_output=True, text=True).stdout
    macs = {}
    for line in table.splitlines()[2:]:
        fields = re.split(r"\s{2,}", line.strip())
        if len(fields) == 5:
            macs[re.sub(r"\W", "_", fields[0])] = int(fields[4].replace(" ", ""))
    return macs


def calls(code):
    """How often a run calls each function."""
    body = code[code.index("cnnc_status run("):]
    return collections.Counter(re.findall(r"^  (\w+)\(", body, re.MULTILINE))


def shares(bench, library, name, folder):
    """Fractions of all samples by kernel, and milliseconds a run."""
    data = os.path.join(folder, "perf.data")
    out = subprocess.run(["perf", "record", "-q", "-F", "4000", "-o", data, bench, library, name, "--seconds", "1.5"],
                         check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    report = subprocess.run(["perf", "report", "-i", data, "--no-children", "--dsos", library.name, "--sort", "symbol",
                             "-g", "none"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found = re.findall(rf"^\s*([\d.]+)%.*\b{name}::\(anonymous namespace\)::(\w+)", report, re.MULTILINE)
    total = sum(float(percent) for percent, _ in found)
    return {kernel: float(percent) / total for percent, kernel in found}, json.loads(out)["ours_ms"]["median"]


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    build, net, library = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    code = pathlib.Path(sys.argv[4]) if len(sys.argv) == 5 else library.with_suffix(".cpp")
    macs, count = layer_macs(build / "bin/cnnc", net), calls(code.read_text())
    with tempfile.TemporaryDirectory() as folder:
        found, milliseconds = shares(build / "bin/bench_model", library, net.stem, folder)
    print(f"{net.stem}: {milliseconds:.4g} ms\n  share  calls   µs a call  GFLOP/s  kernel")
    for kernel, share in sorted(found.items(), key=lambda item: -item[1]):
        microseconds = share * milliseconds * 1e3 / max(count[kernel], 1)
        flops = f"{2e-3 * macs[kernel] / microseconds:.0f}" if kernel in macs else ""
        print(f"  {share:5.1%} {count[kernel]:6} {microseconds:11.1f} {flops:>8}  {kernel}")


if __name__ == "__main__":
    main()
