"$CNNC" two.net -o "$SCRATCH/two.cpp" || echo "exit status $?"
