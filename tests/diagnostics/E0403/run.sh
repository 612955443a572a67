ln -s circle.net "$SCRATCH/circle.net"
"$CNNC" check "$SCRATCH/circle.net"
