echo "int main() {}" >"$SCRATCH/main.cpp"
"$CNNC" f.net --random-weights 1 -o "$SCRATCH/main.cpp"
ls "$SCRATCH"
cat "$SCRATCH/main.cpp"
