unset CI
"$CNNC" golden f.net --weights f.safetensors --inputs x.npy --expected "$SCRATCH/y.npz" --update
"$CNNC" golden f.net --weights other.safetensors --inputs x.npy --expected "$SCRATCH/y.npz"
