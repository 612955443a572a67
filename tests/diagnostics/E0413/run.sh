cp f.net "$SCRATCH/f.cpp"
"$CNNC" "$SCRATCH/f.cpp" --random-weights 1 -o "$SCRATCH/f.cpp" --force
