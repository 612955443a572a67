#!/usr/bin/python3
"""Compares the networks of examples/zoo with ONNX Runtime, and measures what it takes to compile and to run them.

  against_onnxruntime.py --models FOLDER [--build BUILD] [--work FOLDER] [--target TARGET] [--seconds S] [NAME...]

FOLDER holds the same networks as ONNX with weights, and an input for each: NAME.onnx, NAME.in.npy. ORT_LIB names
libonnxruntime.so. Each network's weights are brought under the names of the .net, cnnc compiles it, g++ -O2 makes a
shared library of it, bench_model compares the outputs and measures both in turns. One row of a table for each; exit code 1 if
one differs by more than 1e-4 of the largest output, or exceeds a limit: cnnc 3 s of processor time and 1 GiB, 4 MB of text,
g++ 60 s and 2 GB, three times ONNX Runtime's time.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where the ONNX files have another name.
ONNX_NAMES = {"speech": "speech_cnn", "unet": "unet_small"}
ORDER = ["mlp", "lenet5", "lee_cnn", "speech", "audio_tcn", "text_cnn", "mobilenet_v2", "squeezenet1_1", "mobilenet_v1",
         "unet", "alphago_policy", "resnet18", "densenet121", "espcn", "tiny_yolo", "resnet50", "vgg11"]


def source(name):
    """A network of the zoo, or one of the examples that have a folder of their own."""
    in_zoo = ROOT / "examples" / "zoo" / f"{name}.net"
    return in_zoo if in_zoo.exists() else ROOT / "examples" / name / f"{name}.net"


def measured(command):
    """Seconds of processor time, and MiB at the peak, of a command that must succeed."""
    process = subprocess.Popen([str(word) for word in command])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"failed: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def facts(cnnc, net):
    text = subprocess.run([cnnc, "check", "--json", net], check=True, capture_output=True, text=True).stdout
    return json.loads(text)["networks"][0]


def row(name, options, work):
    cnnc, net = options.build / "bin" / "cnnc", source(name)
    onnx = options.models / f"{ONNX_NAMES.get(name, name)}.onnx"
    weights, code, library = (work / f"{name}{ending}" for ending in (".safetensors", ".cpp", ".so"))
    subprocess.run([sys.executable, ROOT / "tests/zoo/onnx_weights.py", cnnc, net, onnx, weights], check=True)
    target = ["--target", options.target] if options.target else []
    compile_seconds, compile_mib = measured([cnnc, net, "--weights", weights, *target, "--force", "-o", code])
    cxx_seconds, cxx_mib = measured(["g++", "-std=c++17", "-O2", "-fPIC", "-shared", "-DCNNC_EXPORT", "-I",
                                     ROOT / "runtime", "-I", work, code, "-o", library])
    figures = work / f"{name}.json"
    bench = subprocess.run([options.build / "bin" / "bench_model", library, name, "--onnx", onnx, "--input",
                            onnx.with_suffix(".in.npy"), "--seconds", str(options.seconds), "--json", figures],
                           stdout=subprocess.DEVNULL)
    result = json.loads(figures.read_text())
    known = facts(cnnc, net)
    text_mb = code.stat().st_size / 1e6
    ratio = result.get("ratio", 1)
    good = (bench.returncode == 0 and compile_seconds <= 3 and compile_mib <= 1024 and text_mb <= 4
            and cxx_seconds <= 60 and cxx_mib <= 2048 and ratio >= 1 / 3)
    timings = ""
    if options.seconds > 0:
        ours, theirs = result["ours_ms"]["median"], result["onnx_runtime_ms"]["median"]
        timings = f" {ours:.3g} | {2 * known['macs'] / ours * 1e-6:.0f} | {theirs:.3g} | {ratio:.2f} |"
    print(f"| {name} | {known['macs'] / 1e6:.4g} | {compile_seconds:.2f} | {compile_mib:.0f} | {text_mb:.2f} | "
          f"{cxx_seconds:.1f} | {cxx_mib:.0f} | {result['difference']:.0e} |{timings}{'' if good else ' exceeds a limit'}",
          flush=True)
    return good, result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--target", help="as cnnc has it; without it, its default list")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ORDER))
    options = parser.parse_args()
    work = options.work or options.build / "zoo"
    work.mkdir(parents=True, exist_ok=True)
    head = "| network | MMAC | cnnc, s | MiB | text, MB | g++ -O2, s | MiB | difference |"
    line = "|---|--:|--:|--:|--:|--:|--:|--:|"
    if options.seconds > 0:
        head, line = head + " ms | GFLOP/s | ONNX Runtime, ms | ratio |", line + "--:|--:|--:|--:|"
    print(f"{head}\n{line}", flush=True)
    good, result = True, {}
    for name in options.names or ORDER:
        try:
            fine, result = row(name, options, work)
            good = good and fine
        except (RuntimeError, subprocess.CalledProcessError, OSError) as fault:
            print(f"| {name} | {fault} |", flush=True)
            good = False
    if result:
        peaks = ", ".join(f"{isa} {peak:.0f} GFLOP/s" for isa, peak in result.get("peak_gflops", {}).items())
        print(f"\n{result['processor']}, one thread; ONNX Runtime {result['onnx_runtime']}; peak {peaks}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
