head="{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
{
  printf '\223NUMPY\001\000\072\000%-57s\n' "$head"
  printf '\000\000\000\000\000\000\000\000'
} > "$SCRATCH/x.npy"
"$CNNC" run f.net --input "$SCRATCH/x.npy" || echo "exit status $?"
