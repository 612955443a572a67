"$CNNC" check f.net >/dev/full
"$CNNC" check f.net >&-
(ulimit -f 1 && "$CNNC" f.net --random-weights 1 -o "$SCRATCH/f.cpp")
ls -A "$SCRATCH"
