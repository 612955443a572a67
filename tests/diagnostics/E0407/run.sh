"$CNNC" f.net --random-weights 1 -o "$SCRATCH/build/f.cpp"
ls "$SCRATCH"
