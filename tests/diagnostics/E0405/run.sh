mkfifo "$SCRATCH/pipe"
"$CNNC" check "$SCRATCH/pipe"
"$CNNC" check /dev/zero
"$CNNC" f.net --random-weights 1 -o /dev/null
