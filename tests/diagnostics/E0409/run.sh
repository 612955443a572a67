cp "$CNNC" "$SCRATCH/cnnc"
"$SCRATCH/cnnc" audit f.cpp
