ulimit -v 1000000
"$CNNC" f.net --check-passes -o "$SCRATCH/f.cpp"
