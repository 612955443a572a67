mkdir "$SCRATCH/net"
cp input.net "$SCRATCH/net"
: >"$SCRATCH/mean.npy"
ln -s ../mean.npy "$SCRATCH/net/mean.npy"
cd "$SCRATCH/net" && "$CNNC" check input.net
