cp input.net "$SCRATCH"
head -c 8388609 /dev/zero | tr '\0' ' ' >"$SCRATCH/blocks.net"
cd "$SCRATCH" && "$CNNC" check input.net
