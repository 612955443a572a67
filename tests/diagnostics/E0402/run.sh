mkdir "$SCRATCH/out"
"$CNNC" check .
"$CNNC" f.net --random-weights 1 -o "$SCRATCH/out"
