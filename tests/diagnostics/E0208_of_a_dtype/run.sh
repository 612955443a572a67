"$CNNC" f.net -o "$SCRATCH/f.cpp"
