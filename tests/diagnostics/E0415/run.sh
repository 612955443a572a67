cp f.net "$SCRATCH" && cd "$SCRATCH" || exit 1
"$CNNC" f.net --random-weights 1 --weights-mode file --target avx2 -o f.cpp
mkdir new
header="{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }
"
printf '\223NUMPY\001\000\074\000%s\000\000\200\077\000\000\000\100' "$header" >new/fc.weight.npy
header="{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }
"
printf '\223NUMPY\001\000\072\000%s\000\000\200\077' "$header" >new/fc.bias.npy
"$CNNC" weights --pack f.net new -o f.weights || echo "exit status $?"
"$CNNC" weights --pack f.net new -o f.weights --target avx2 && echo "with its target it is packed"
