cp f.net "$SCRATCH/f.cpp"
"$CNNC" "$SCRATCH/f.cpp" --random-weights 1 -o "$SCRATCH/f.cpp" --force
cd "$SCRATCH" && mv f.cpp f.net
"$CNNC" f.net --random-weights 1 -o new.cpp --depfile ./new.cpp
ls
