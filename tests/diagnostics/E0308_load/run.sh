cp input.net "$SCRATCH"
printf '\223NUMPY\001\000<\000{\047descr\047: \047<f4\047, \047fortran_order\047: False, \047shape\047: (2, 2), }\012\000\000\200\077\000\000\000\100\000\000\300\177\000\000\200\100' >"$SCRATCH/mean.npy"
cd "$SCRATCH" && "$CNNC" check input.net
