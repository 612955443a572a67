CI=true "$CNNC" golden f.net --text "$SCRATCH/f.cpp" --update
